import { describeCompose } from './compose-contract.ts';
import { createRealWorld } from './compose-engine-world.ts';

describeCompose('docker compose on a real engine', createRealWorld);
