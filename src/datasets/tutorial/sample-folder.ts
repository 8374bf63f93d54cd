import path from 'node:path';
import { projectRoot } from '../../paths';

/**
 * The folder of the sample's 280 drawings, which is part of the project. `LITTLE_DATA_DIR` does not move it. Absolute.
 */
export const sampleFolder = path.join(projectRoot, 'data', 'sample', 'train');
