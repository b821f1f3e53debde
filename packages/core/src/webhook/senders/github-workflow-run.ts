import { type Build, imagesOfBuild } from '../builds.ts';
import type { Fields } from '../fields.ts';
import type { ParsedDelivery, SenderOptions } from '../sender.ts';

const events = new Set(['push', 'release', 'workflow_dispatch', 'schedule']);

/** A workflow that has succeeded: it names no image, the configuration does. A fork's run is never believed. */
export function parseWorkflowRun(fields: Fields, { builds = [] }: SenderOptions): ParsedDelivery {
  const ignored = (reason: string): ParsedDelivery => ({ pushed: [], ignored: [reason] });
  if (fields.text('action') !== 'completed') return ignored('the workflow has not ended');
  const run = fields.at('workflow_run');
  if (run.optional('conclusion') !== 'success') return ignored('the workflow has not succeeded');
  if (!events.has(run.text('event')))
    return ignored('the workflow was started by something else than a push or release');
  const repository = fields.text('repository.full_name');
  if (run.optional('head_repository.full_name')?.toLowerCase() !== repository.toLowerCase()) {
    return ignored('the workflow has built another repository, such as a fork');
  }
  const path = run.optional('path')?.split('@')[0] ?? '';
  const workflows = [path, path.slice(path.lastIndexOf('/') + 1), run.optional('name') ?? ''];
  return imagesOfBuild(builds, { repository, ref: run.optional('head_branch') ?? '', workflows });
}

/** A build as its run tells of it. */
export function sampleWorkflowRun({ repository, ref, workflows }: Build): object {
  const [path = ''] = workflows;
  const run = { name: path, path, head_branch: ref, event: 'push', conclusion: 'success', status: 'completed' };
  const of = { full_name: repository };
  return { action: 'completed', workflow_run: { ...run, head_repository: of }, repository: of };
}
