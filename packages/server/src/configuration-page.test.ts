import { expect, test } from 'vitest';
import { options } from './config.schema.ts';
import { receiverVariables } from './receivers/variables.ts';

/** To write the page again: npx vitest run -u packages/server/src/configuration-page.test.ts */
test('docs/configuration.md is what the options say', async () => {
  const rows = Object.values(options).map(
    ({ env, isSecret, about, default: fallback }) =>
      `| \`${env}\`${isSecret ? `, \`${env}_FILE\`` : ''} | ${fallback} | ${about} |`,
  );
  const receivers = Object.entries(receiverVariables).map(
    ([name, about]) => `| \`${name}\`${name === 'SECRET' ? ', `SECRET_FILE`' : ''} | ${about} |`,
  );
  const page = `# Configuration

<!-- Made from packages/server/src/config.schema.ts. -->

All by environment variables; an empty one counts as not set. A variable with \`_FILE\` is read from the file that one
names, e.g. a Compose secret; set one of the two. \`--compose-file\`, \`--host\`, \`--port\` and \`--json\` of
\`gopdater serve\` win over theirs.

| variable | default | meaning |
| --- | --- | --- |
${rows.join('\n')}

Without \`GOPDATER_COMPOSE_FILE\` the project is that of the working directory, found as Compose finds it (\`COMPOSE_FILE\`,
\`COMPOSE_PROJECT_NAME\`, \`COMPOSE_PROFILES\` and \`.env\` count too); if there is none, the projects are those that run on
the engine, looked up anew for each delivery.

Neither \`OWNER\` nor \`HOOK_SECRET\` nor \`GOPDATER_RECEIVERS\`: the start is refused.

## Receivers

For each name in \`GOPDATER_RECEIVERS\`; in a variable it is upper case, with \`_\` for \`-\`: \`harbor-2\` has
\`GOPDATER_RECEIVER_HARBOR_2_SECRET\`. A variable that no receiver knows is refused. Which senders there are, and what to
paste where: [webhooks.md](webhooks.md).

| variable | meaning |
| --- | --- |
${receivers.join('\n')}
`;
  await expect(page).toMatchFileSnapshot('../../../docs/configuration.md');
});
