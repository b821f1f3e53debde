import type { RequestFields } from './known-fields.ts';

const none: RequestFields = {};
const filters: RequestFields = { query: { acted: ['filters'] } };
const logs: RequestFields = {
  query: { acted: ['details', 'follow', 'since', 'stderr', 'stdout', 'tail', 'timestamps'] },
};

const service: RequestFields['body'] = {
  acted: [
    ...['EndpointSpec', 'Labels', 'Mode', 'Name', 'RollbackConfig', 'UpdateConfig'],
    ...[
      ...['ForceUpdate', 'NetworkAttachmentSpec', 'Networks.Aliases', 'Networks.Target', 'Placement.Constraints'],
      ...['PluginSpec', 'RestartPolicy', 'Runtime'],
      ...[
        ...['Args', 'Command', 'Configs.ConfigID', 'Env', 'Healthcheck.Test', 'Hostname', 'Image', 'Labels'],
        ...[
          'Mounts.ReadOnly',
          'Mounts.Source',
          'Mounts.Target',
          'Mounts.Type',
          'Mounts.VolumeOptions.Labels',
          'Secrets.SecretID',
        ],
        ...['StopGracePeriod', 'StopSignal'],
      ].map(name => `ContainerSpec.${name}`),
    ].map(name => `TaskTemplate.${name}`),
  ],
  kept: [
    ...['LogDriver', 'Networks.DriverOpts', 'Placement.Platforms', 'Placement.Preferences', 'Resources'],
    ...[
      ...['CapabilityAdd', 'CapabilityDrop', 'Configs.ConfigName', 'Configs.File', 'DNSConfig', 'Dir', 'Groups'],
      ...['Healthcheck.Interval', 'Healthcheck.Retries', 'Healthcheck.StartInterval', 'Healthcheck.StartPeriod'],
      ...['Healthcheck.Timeout', 'Hosts', 'Init', 'Isolation', 'Mounts.BindOptions', 'Mounts.Consistency'],
      ...['OomScoreAdj', 'OpenStdin', 'Privileges', 'ReadOnly', 'Secrets.File', 'Secrets.SecretName', 'Sysctls'],
      ...['TTY', 'Ulimits', 'User'],
    ].map(name => `ContainerSpec.${name}`),
  ].map(name => `TaskTemplate.${name}`),
};

/** Secrets and configurations have the same fields. */
function payload(kind: 'secret' | 'config'): Readonly<Record<string, RequestFields>> {
  const body = { acted: ['Data', 'Driver', 'Labels', 'Name', 'Templating'] };
  return {
    [`GET /${kind}s`]: filters,
    [`POST /${kind}s/create`]: { body },
    [`GET /${kind}s/{id}`]: none,
    [`POST /${kind}s/{id}/update`]: { query: { acted: ['version'] }, body },
    [`DELETE /${kind}s/{id}`]: none,
  };
}

/** The routes of a swarm, as part of `knownFields`. */
export const knownSwarmFields: Readonly<Record<string, RequestFields>> = {
  'GET /swarm': none,
  'POST /swarm/init': {
    body: {
      acted: ['AdvertiseAddr', 'AutoLockManagers', 'Availability'],
      kept: ['DataPathAddr', 'DataPathPort', 'DefaultAddrPool', 'ListenAddr', 'Spec', 'SubnetSize'],
    },
  },
  'POST /swarm/update': {
    query: { acted: ['rotateManagerToken', 'rotateWorkerToken', 'version'] },
    body: {
      acted: ['Labels', 'Orchestration'],
      kept: ['CAConfig', 'Dispatcher', 'EncryptionConfig', 'Name', 'Raft', 'TaskDefaults'],
    },
  },
  'POST /swarm/leave': { query: { acted: ['force'] } },

  'GET /services': { query: { acted: ['filters', 'insertDefaults', 'status'] } },
  'POST /services/create': { body: service },
  'GET /services/{id}': { query: { acted: ['insertDefaults'] } },
  'POST /services/{id}/update': {
    query: { acted: ['registryAuthFrom', 'rollback', 'version'] },
    body: service,
  },
  'GET /services/{id}/logs': logs,
  'DELETE /services/{id}': none,

  'GET /tasks': filters,
  'GET /tasks/{id}': none,
  'GET /tasks/{id}/logs': logs,

  'GET /nodes': filters,
  'GET /nodes/{id}': none,
  'POST /nodes/{id}/update': {
    query: { acted: ['version'] },
    body: { acted: ['Availability', 'Labels', 'Name', 'Role'] },
  },
  'DELETE /nodes/{id}': { query: { acted: ['force'] } },

  ...payload('secret'),
  ...payload('config'),
};
