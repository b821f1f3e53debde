import { exampleBuild } from '../builds.ts';
import { fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { headerOf } from '../request.ts';
import { jsonSample } from '../sample.ts';
import type { Sender } from '../sender.ts';
import { parsePackage, samplePackage } from './github-package.ts';
import { parseWorkflowRun, sampleWorkflowRun } from './github-workflow-run.ts';

/**
 * GitHub's webhooks: packages of its container registry, and workflows that were run.
 *
 * @see GitHub Docs, "Webhook events and payloads"
 */
export const github: Sender = {
  name: 'github',
  authentications: presets.github,
  reads: ['host', 'builds'],
  parse(request, options) {
    const fields = fieldsOf('GitHub', readPayload(request));
    const deliveryId = headerOf(request, 'x-github-delivery');
    const event = headerOf(request, 'x-github-event');
    switch (event) {
      case 'ping':
        return { deliveryId, pushed: [], ignored: [], answer: { kind: 'pong' } };
      case 'package':
      case 'registry_package':
        return { deliveryId, ...parsePackage(fields, event, options) };
      case 'workflow_run':
        return { deliveryId, ...parseWorkflowRun(fields, options) };
      case undefined:
        throw fields.malformed('the header x-github-event', 'the name of an event');
      default:
        return { deliveryId, pushed: [], ignored: ['the event is none of a package or a workflow'] };
    }
  },
  sample(image, { id, now, options }) {
    const build = exampleBuild(options.builds, image);
    const event = build === undefined ? 'package' : 'workflow_run';
    const body = build === undefined ? samplePackage(image, now) : sampleWorkflowRun(build);
    return jsonSample(body, { 'x-github-event': event, 'x-github-delivery': id });
  },
};
