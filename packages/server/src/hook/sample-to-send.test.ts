import { senders } from '@gopdater/core';
import { expect, test } from 'vitest';
import { sampleOfFile } from './sample-to-send.ts';

test('a captured request is sent without what proved it, to whomever and in whatever way that was', () => {
  const sender = senders.get('gitlab');
  if (sender === undefined) throw new Error('There is no sender for GitLab.');
  const proofs = [
    ...['Authorization', 'X-Gitlab-Token', 'X-Hub-Signature', 'X-Hub-Signature-256', 'X-Gitea-Signature', 'X-Api-Key'],
    ...['X-JFrog-Event-Auth', 'webhook-signature', 'X-Registry', 'Cookie'],
  ];
  const head = ['POST /hooks/gitlab HTTP/1.1', 'Host: x', ...proofs.map(name => `${name}: secret`)];
  const bytes = Buffer.from([...head, 'X-Gitlab-Event: Pipeline Hook', '', '{}'].join('\r\n'));
  const authentication = { kind: 'token', header: 'x-registry', secrets: [] } as const;
  const receiver = { name: 'gitlab', sender, authentication, options: {} };
  const { headers } = sampleOfFile(bytes, receiver, { id: '1', now: 0 });
  expect(headers).toEqual({ 'x-gitlab-event': 'Pipeline Hook' });
});
