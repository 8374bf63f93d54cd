/** A head, made-up features and, where wanted, photos for reports. */
import path from 'node:path';
import { sampleFolder } from '../../../src/datasets/tutorial/sample-folder';
import { provenanceOf, setProvenance } from '../../../src/features/provenance';
import { fitLinear } from '../../../src/head/fit-linear';
import { labelsOf } from '../../../src/head/labels';
import type { DataReportOptions } from '../../../src/insight/report/data-report';
import { fromFolders } from '../../head/data';
import { clusters } from '../clusters';

/** Clusters that lie so near each other that a head is wrong about some; their photos are those of the sample. */
export async function madeUp(
  file: string,
  { classNames = ['cats', 'dogs'] } = {},
): Promise<DataReportOptions> {
  const [train, validation] = [1, 2].map((seed) => {
    const { features, labels } = clusters({ rows: 80, seed, distance: 0.8 });
    const filenames = labels.map((label, row) => `${label ? 'dog' : 'cat'}.${row % 40}.jpg`);
    fromFolders(features, labels, { classNames });
    setProvenance(features, { ...provenanceOf(features)!, filenames, directory: sampleFolder });
    return { features, labels: labelsOf(features) };
  });
  const { model: head } = await fitLinear(train!.features, train!.labels, { strength: 1 });
  return { head, train: train!, validation: validation!, file: path.resolve(file), verbose: 0 };
}
