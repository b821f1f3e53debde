import { fieldPaths } from './field-tree.ts';
import type { RequestFields } from './known-fields.ts';

const query = (acted: string): RequestFields => ({ query: { acted: fieldPaths(acted) } });
const none: RequestFields = {};
const filters = query('filters');
const logs = query('details follow since stderr stdout tail timestamps');

const update = 'Delay FailureAction MaxFailureRatio Monitor Order Parallelism';
const file = 'File{Name UID GID Mode}';

const service: RequestFields = {
  body: {
    acted: fieldPaths(`
      EndpointSpec{Mode Ports{Name Protocol PublishMode PublishedPort TargetPort}} Labels.*
      Mode{Global Replicated.Replicas ReplicatedJob.** GlobalJob.**} Name RollbackConfig{${update}} UpdateConfig{${update}}
      TaskTemplate{
        ContainerSpec{
          Args Command Configs{ConfigID ${file}} Dir Env
          Healthcheck{Test Interval Timeout Retries StartPeriod StartInterval} Hostname Image Init Labels.*
          Mounts{ReadOnly Source Target Type VolumeOptions{Labels.* NoCopy}} OpenStdin ReadOnly
          Secrets{SecretID ${file}} StopGracePeriod StopSignal TTY User
        }
        ForceUpdate NetworkAttachmentSpec.** Networks{Aliases Target} Placement.Constraints PluginSpec.**
        RestartPolicy{Condition Delay MaxAttempts Window} Runtime
      }
    `),
    kept: fieldPaths(`
      TaskTemplate{
        ContainerSpec{
          CapabilityAdd CapabilityDrop Configs.ConfigName DNSConfig{Nameservers Options Search} Groups Hosts Isolation
          Mounts{
            BindOptions{Propagation NonRecursive CreateMountpoint ReadOnlyNonRecursive ReadOnlyForceRecursive}
            Consistency
          }
          OomScoreAdj
          Privileges{
            AppArmor.Mode NoNewPrivileges SELinuxContext{Disable Level Role Type User} Seccomp{Mode Profile}
          }
          Secrets.SecretName Sysctls.* Ulimits{Name Soft Hard}
        }
        LogDriver{Name Options.*} Networks.DriverOpts.* Placement{Platforms{Architecture OS} Preferences.Spread.SpreadDescriptor}
        Resources{Limits{MemoryBytes NanoCPUs Pids} Reservations{MemoryBytes NanoCPUs}}
      }
    `),
  },
  values: {
    'EndpointSpec.Mode': ['vip', 'dnsrr'],
    'EndpointSpec.Ports.PublishMode': ['ingress', 'host'],
    'RollbackConfig.FailureAction': ['pause', 'continue'],
    'RollbackConfig.Order': ['stop-first', 'start-first'],
    'TaskTemplate.ContainerSpec.Mounts.Type': ['bind', 'volume', 'tmpfs'],
    'TaskTemplate.RestartPolicy.Condition': ['none', 'on-failure', 'any'],
    'UpdateConfig.FailureAction': ['pause', 'continue', 'rollback'],
    'UpdateConfig.Order': ['stop-first', 'start-first'],
  },
};

/** Secrets and configurations have the same fields. */
function payload(kind: 'secret' | 'config'): Readonly<Record<string, RequestFields>> {
  const body = {
    acted: fieldPaths('Data Labels.* Name'),
    kept: fieldPaths('Driver{Name Options.*} Templating{Name Options.*}'),
  };
  return {
    [`GET /${kind}s`]: filters,
    [`POST /${kind}s/create`]: { body },
    [`GET /${kind}s/{id}`]: none,
    [`POST /${kind}s/{id}/update`]: { ...query('version'), body },
    [`DELETE /${kind}s/{id}`]: none,
  };
}

/** What the fake does not do: certificates, consensus, logs by default. */
const keptOfSwarm = `
  CAConfig{ExternalCAs{CACert Options.* Protocol URL} ForceRotate NodeCertExpiry SigningCACert SigningCAKey}
  Dispatcher.HeartbeatPeriod Name
  Raft{ElectionTick HeartbeatTick KeepOldSnapshots LogEntriesForSlowFollowers SnapshotInterval}
  TaskDefaults.LogDriver{Name Options.*}
`;

const availability = ['active', 'pause', 'drain'];

/** The routes of a swarm, as part of `knownFields`. */
export const knownSwarmFields: Readonly<Record<string, RequestFields>> = {
  'GET /swarm': none,
  'POST /swarm/init': {
    body: {
      acted: fieldPaths(
        'AdvertiseAddr AutoLockManagers Availability Spec{Labels.* Orchestration.TaskHistoryRetentionLimit}',
      ),
      kept: fieldPaths(`DataPathAddr DataPathPort DefaultAddrPool ListenAddr Spec{${keptOfSwarm}} SubnetSize`),
    },
    values: { Availability: availability },
  },
  'POST /swarm/update': {
    ...query('rotateManagerToken rotateWorkerToken version'),
    body: {
      acted: fieldPaths('Labels.* Orchestration.TaskHistoryRetentionLimit'),
      kept: fieldPaths(keptOfSwarm),
    },
  },
  'POST /swarm/leave': query('force'),

  'GET /services': query('filters insertDefaults status'),
  'POST /services/create': service,
  'GET /services/{id}': query('insertDefaults'),
  'POST /services/{id}/update': { ...query('registryAuthFrom rollback version'), ...service },
  'GET /services/{id}/logs': logs,
  'DELETE /services/{id}': none,

  'GET /tasks': filters,
  'GET /tasks/{id}': none,
  'GET /tasks/{id}/logs': logs,

  'GET /nodes': filters,
  'GET /nodes/{id}': none,
  'POST /nodes/{id}/update': {
    ...query('version'),
    body: { acted: fieldPaths('Availability Labels.* Name Role') },
    values: { Availability: availability, Role: ['manager'] },
  },
  'DELETE /nodes/{id}': query('force'),

  ...payload('secret'),
  ...payload('config'),
};
