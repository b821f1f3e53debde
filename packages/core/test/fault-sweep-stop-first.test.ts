import { sweepFaults } from './fault-sweep.ts';

sweepFaults('stop-first');
