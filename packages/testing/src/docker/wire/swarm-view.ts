import type { EngineState } from '../state/engine-state.ts';
import type { Swarm } from '../swarm/swarm-record.ts';
import { stampView } from './stamp-view.ts';

/** The fake has no certificates. */
export const tlsInfoView: Readonly<Record<string, string>> = {
  TrustRoot: '',
  CertIssuerSubject: '',
  CertIssuerPublicKey: '',
};

/** `GET /swarm`. */
export function swarmView(swarm: Swarm): Record<string, unknown> {
  const { worker, manager } = swarm.joinTokens;
  return { ...clusterView(swarm), JoinTokens: { Worker: worker, Manager: manager } };
}

/** `Swarm` in `GET /info`. */
export function swarmInfoView({ swarm }: EngineState): Record<string, unknown> {
  if (!swarm) {
    return {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    };
  }
  const { node } = swarm;
  return {
    NodeID: node.id,
    NodeAddr: node.address,
    LocalNodeState: 'active',
    ControlAvailable: true,
    Error: '',
    RemoteManagers: [{ NodeID: node.id, Addr: `${node.address}:2377` }],
    Nodes: 1,
    Managers: 1,
    Cluster: clusterView(swarm),
  };
}

function clusterView(swarm: Swarm): Record<string, unknown> {
  return {
    ...stampView(swarm),
    Spec: {
      Name: 'default',
      Labels: swarm.labels,
      Orchestration: { TaskHistoryRetentionLimit: swarm.taskHistoryLimit },
      Raft: {
        SnapshotInterval: 10_000,
        KeepOldSnapshots: 0,
        LogEntriesForSlowFollowers: 500,
        ElectionTick: 10,
        HeartbeatTick: 1,
      },
      Dispatcher: { HeartbeatPeriod: 5e9 },
      CAConfig: { NodeCertExpiry: 7776e12 },
      TaskDefaults: {},
      EncryptionConfig: { AutoLockManagers: false },
    },
    TLSInfo: tlsInfoView,
    RootRotationInProgress: false,
    DefaultAddrPool: null,
    SubnetSize: 24,
    DataPathPort: 4789,
  };
}
