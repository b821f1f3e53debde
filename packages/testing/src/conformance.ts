export { type Comparison, compare, type Difference, formatDifference, scoreOf } from './conformance/compare.ts';
export { compareFakeWithRecording, compareWithRecording } from './conformance/compare-with-recording.ts';
export type { ConformanceEngine } from './conformance/conformance-engine.ts';
export { fakeConformanceEngine } from './conformance/fake-conformance-engine.ts';
export { normalise } from './conformance/normalise.ts';
export { playInVirtualTime } from './conformance/play-in-virtual-time.ts';
export { playScenario, type Recording } from './conformance/play-scenario.ts';
export { type RealEngineOptions, realConformanceEngine } from './conformance/real-conformance-engine.ts';
export {
  type ConformanceProfile,
  conformanceProfiles,
  isConformanceProfile,
  readRecording,
} from './conformance/recordings.ts';
export {
  imageOf,
  type RequestStep,
  registryHost,
  type Scenario,
  type ScenarioRegistry,
  type Step,
} from './conformance/scenario.ts';
export {
  type Exchange,
  formatTranscript,
  type Json,
  parseTranscript,
  type Transcript,
} from './conformance/transcript.ts';
export { scenarios } from './scenario/scenarios.ts';
