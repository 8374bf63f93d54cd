/** From a folder of photos to a report on them. */
import path from 'node:path';
import { checkKeys } from '../../check';
import { ImageDataGenerator } from '../../datasets/batches/image-data-generator';
import { scanPhotos } from '../../datasets/scan/scan-photos';
import { splitDataset } from '../../datasets/split/split-dataset';
import { predictGenerator } from '../../features/predict-generator';
import { fitLinear } from '../../head/fit-linear';
import { EfficientNetLite0 } from '../../networks/efficientnet-lite';
import { resolvePath } from '../../paths';
import { tf } from '../../tensorflow';
import type { LabelledFeatures } from '../learning-curve';
import { checkReportFile, type DataReport, dataReport } from './data-report';

/** The options of `reportFolder`. */
export interface ReportFolderOptions {
  /** Where the report is written: a `.html` file. */
  file: string;
  /** Whether small pictures of photos are in the report. @default false */
  photos?: boolean;
  /** 0 prints nothing. @default 1 */
  verbose?: number;
}

/**
 * Scans a folder of photos, splits it by fraction (a fifth for validation) into the folder that `splitDataset` takes by default, computes
 * EfficientNet-Lite0's features, fits a linear head, and writes a report.
 *
 * @param dir class folders, or another layout that `splitDataset` takes.
 * @throws LittleDataError where there are too few photos, or the report can't be written; `InterruptedError`.
 */
export async function reportFolder(dir: string, options: ReportFolderOptions): Promise<DataReport> {
  checkKeys('reportFolder', options, ['file', 'photos', 'verbose']);
  const { photos = false, verbose = 1 } = options;
  const file = checkReportFile(options.file);
  await scanPhotos(dir, { verbose });
  const { trainDir, validationDir } = await splitDataset(dir, { validation: 0.2, seed: 1, verbose });
  const base = await EfficientNetLite0({ pooling: 'avg' });
  const read = async (folder: string): Promise<LabelledFeatures> => {
    const { generator, flow } = base.recommended;
    const rows = new ImageDataGenerator(generator).flowFromDirectory(folder, {
      ...{ ...flow, classMode: null, shuffle: false, verbose },
    });
    return { features: await predictGenerator(base, rows, { verbose }), labels: rows.classes };
  };
  const [train, validation] = [await read(trainDir), await read(validationDir)];
  base.dispose();
  const { model: head } = await fitLinear(train.features, train.labels);
  const title = `Data report: ${path.basename(resolvePath(dir, 'dir'))}`;
  try {
    return await dataReport({ head, train, validation, file, photos, title, verbose });
  } finally {
    head.dispose();
    tf.dispose([train.features, validation.features]);
  }
}
