import { sweepFaults } from './fault-sweep.ts';

sweepFaults('start-first');
