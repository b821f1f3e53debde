import type { Sender } from './sender.ts';
import { azure } from './senders/azure.ts';
import { cloudEvents } from './senders/cloud-events.ts';
import { distribution } from './senders/distribution.ts';
import { diun } from './senders/diun.ts';
import { dockerHub } from './senders/docker-hub.ts';
import { ecr } from './senders/ecr.ts';
import { generic } from './senders/generic.ts';
import { gitea } from './senders/gitea.ts';
import { github } from './senders/github.ts';
import { gitlab } from './senders/gitlab.ts';
import { google } from './senders/google.ts';
import { harbor } from './senders/harbor.ts';
import { jfrog } from './senders/jfrog.ts';
import { nexus } from './senders/nexus.ts';
import { quay } from './senders/quay.ts';
import { standardWebhooks } from './senders/standard-webhooks.ts';

/** Every sender that gopdater understands, by name. */
export const senders: ReadonlyMap<string, Sender> = new Map(
  [
    ...[dockerHub, github, gitlab, gitea, distribution, quay, harbor],
    ...[azure, ecr, google, jfrog, nexus],
    ...[standardWebhooks, cloudEvents, diun, generic],
  ].map(sender => [sender.name, sender]),
);
