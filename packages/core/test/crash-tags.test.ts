import { describeCrashes } from './crash-points.ts';
import { tagCombinations } from './sweep.ts';

describeCrashes(tagCombinations);
