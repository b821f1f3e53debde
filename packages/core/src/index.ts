export { checkServices, formatCheck, formatWarnings, type ServiceCheck } from './check.ts';
export { parseDuration } from './compose/duration.ts';
export { answerLoadRequest } from './compose/load-elsewhere.ts';
export * from './compose.ts';
export { type DeployDependencies, deploy, planDeployment } from './deploy.ts';
export type {
  ComposeCli,
  ComposeContainer,
  ComposeContainerResult,
  ComposeOptions,
  ComposeProjectOptions,
  ComposeResult,
  UpOptions,
} from './docker/compose-cli.ts';
export { composeLabels } from './docker/compose-labels.ts';
export { createDockerCompose, type DockerComposeOptions } from './docker/docker-compose.ts';
export { createDockerodeEngine, type DockerodeEngineOptions } from './docker/dockerode-engine.ts';
export type {
  CallOptions,
  Container,
  ContainerDetails,
  ContainerEvent,
  ContainerFilter,
  ContainerHealth,
  ContainerNetwork,
  ContainerRights,
  ContainerSettings,
  ContainerSpec,
  ContainerState,
  Engine,
  EngineVersion,
  Image,
  LogLine,
  Mount,
  PullOptions,
  PullProgress,
  RemoveOptions,
  Sharing,
} from './docker/engine.ts';
export { removeLeftoverHelpers } from './docker/leftover-helpers.ts';
export { createOwnContainer, type OwnContainer } from './docker/own-container.ts';
export { createPathSafeCompose, type PathSafeComposeOptions } from './docker/path-safe-compose.ts';
export { endLeftovers, type ProcessRecords, type RecordedProcess } from './docker/process-records.ts';
export type { PulledBytes } from './docker/pull-bytes.ts';
export { type SelfUpdateOptions, selfUpdateLabel, startSelfUpdate } from './docker/self-update.ts';
export { toGopdaterError } from './errors.ts';
export type {
  IdentityTokenCredentials,
  PasswordCredentials,
  RegistryCredentials,
  RegistryTokenCredentials,
} from './image/credentials.ts';
export { shortDigest } from './image/digest.ts';
export type { ImageConfig } from './image/image-config.ts';
export { formatReference, formatRepository, type ImageReference, parseReference } from './image/reference.ts';
export { exactTag, type MovingTag, parseTagPolicy, type TagPolicy } from './image/tag-policy.ts';
export type { BlockedDigest, BlockedDigests } from './plan/blocked-digests.ts';
export { formatMove, formatPlan } from './plan/format-plan.ts';
export type { HostLoadOptions } from './plan/load-in-helper.ts';
export {
  checkProjects,
  type LoadDependencies,
  loadProjects,
  type ProjectSource,
  type RunningProjects,
} from './plan/load-projects.ts';
export { isTimeZone, type MaintenanceWindow, parseWindow } from './plan/maintenance-window.ts';
export type { MatchedService } from './plan/match-services.ts';
export type { PastGaps } from './plan/past-gaps.ts';
export type { ExpectedGap, ImageVersion, LeaveReason, LeftAlone, Move, MovedVariable, Plan } from './plan/plan.ts';
export type { PlanOptions } from './plan/plan-rollout.ts';
export type {
  FailureAction,
  Order,
  PolicyDefaults,
  Probe,
  ServicePolicy,
  UpdatePolicy,
} from './plan/policy.ts';
export { chooseStrategy, type Obstacle, obstaclesToStartFirst, type Strategy } from './plan/preflight.ts';
export {
  createPathSafeReader,
  createPlainReader,
  type PathSafeReaderOptions,
  type ProjectReader,
} from './plan/project-reader.ts';
export type { Sightings } from './plan/sightings.ts';
export {
  type AwaitHealthyStep,
  type DelayStep,
  formatStep,
  type KeepStep,
  type PullStep,
  type RecreateStep,
  type RemoveStep,
  type ScaleUpStep,
  type SelfUpdateStep,
  type SetVariableStep,
  type Step,
  type TagStep,
} from './plan/step.ts';
export type { MovedService, OldValue, UnfinishedMove, UnfinishedMoves } from './plan/unfinished-moves.ts';
export type { ProjectOrigin, WatchedProject } from './plan/watched-project.ts';
export { type PollDependencies, pollTags } from './polling/poll-tags.ts';
export { tagsOf, type WatchedTag, type WatchedTagsDependencies, watchedTags } from './polling/watched-tags.ts';
export { parseCosignKeys, type SignedClaim } from './registry/cosign.ts';
export {
  type CredentialStore,
  createDockerConfigCredentials,
  type DockerConfigCredentialsOptions,
} from './registry/credentials.ts';
export { createRegistry, type DescribedImage, type Registry, type RegistryOptions } from './registry/registry.ts';
export { formatReport } from './report/format-report.ts';
export type { History, HistoryEntry } from './report/history.ts';
export type {
  DeploymentOutcome,
  DeploymentReport,
  MoveReport,
  ReportedError,
  ServiceReport,
} from './report/report.ts';
export { reportFailure } from './report/report.ts';
export { planRollback, type RollbackDependencies, type RollbackRequest, rollback } from './rollback.ts';
export type { Journal } from './rollout/journal.ts';
export type { ProbeResult, RunProbe } from './rollout/probe.ts';
export type { RolloutDependencies, RolloutResult, StepProgress, StepResult } from './rollout/rollout.ts';
export type { RolloutLock } from './rollout/rollout-lock.ts';
export type { SelfUpdateContext, StartSelfUpdate } from './rollout/steps/self-update.ts';
export { createMemoryStore } from './store/memory-store.ts';
export { createSqliteStore } from './store/sqlite-store.ts';
export type { Store } from './store/store.ts';
export { type Clock, systemClock } from './time.ts';
export { type Hint, matchHint } from './updater/match-hint.ts';
export { defaultMerging, type Merging } from './updater/pending-pushes.ts';
export { createUpdater, type Updater, type UpdaterDependencies } from './updater/updater.ts';
export type {
  Authentication,
  AuthenticationKind,
  AuthenticationPreset,
  Verdict,
  VerifyDependencies,
} from './webhook/authentication.ts';
export type { Acceptance, Deliveries, Delivery } from './webhook/deliveries.ts';
export type { ImagePushed } from './webhook/event.ts';
export { type Received, type ReceivedDelivery, readDelivery, receive } from './webhook/receive.ts';
export type { Receiver } from './webhook/receiver.ts';
export { type HookRequest, readHeaders } from './webhook/request.ts';
export type { SampleDelivery } from './webhook/sample.ts';
export { sampleDelivery } from './webhook/sample-delivery.ts';
export type {
  BuildRule,
  HookAnswer,
  NamedService,
  ParsedDelivery,
  PushedImage,
  Sender,
  SenderOption,
  SenderOptions,
} from './webhook/sender.ts';
export { dockerHub } from './webhook/senders/docker-hub.ts';
export { senders } from './webhook/senders.ts';
export { type Proof, sign, type Unsigned } from './webhook/sign.ts';
export { isSameSecret } from './webhook/signature.ts';
export { verify } from './webhook/verify.ts';
