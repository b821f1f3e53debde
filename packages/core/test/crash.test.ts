import { describeCrashes } from './crash-points.ts';
import { combinations } from './sweep.ts';

describeCrashes(combinations);
