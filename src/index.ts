export { LittleDataError } from './check';
export { exportModel } from './export/model';
export { exportPredictor } from './export/predictor';
export { exportWebPage } from './export/web-page';
export { applications, K } from './features/applications';
export { checkFeatures } from './features/check-features';
export { type FeatureStoreInfo, featureStore } from './features/feature-store';
export type { Precision } from './features/graph-network';
export { np } from './features/np';
export { type PredictOptions, predictGenerator, predictToFile } from './features/predict';
export type { PhotoPrediction } from './head/answers';
export { buildHead } from './head/build';
export { type Evaluation, evaluateHead } from './head/evaluate';
export { TrainingStopped } from './head/guards';
export type { EpochLogs, History } from './head/history';
export { type Labels, labelsOf } from './head/labels';
export { predictFolder } from './head/predict-folder';
export { predictPhoto } from './head/predict-photo';
export { loadHead, saveHead } from './head/save';
export { showPredictions } from './head/show-predictions';
export { type TrainCallback, type TrainedHead, type TrainOptions, trainHead } from './head/train';
export { dataPath } from './paths';
export { downloadPhotos, type PhotoAddress, photoHelp, photoSources } from './photos/addresses';
export type { FolderLayout } from './photos/class-folders';
export { type ExifOrientation, type PictureKind, UnreadablePhoto } from './photos/decode';
export type { Batch, ClassMode, DirectoryIterator, FlowOptions } from './photos/directory-iterator';
export type { DownloadedFile, DownloadOptions, DownloadProgress } from './photos/download';
export { showGallery, showPhoto } from './photos/gallery';
export { ImageDataGenerator } from './photos/generator';
export { namePreprocessing, type PreprocessingFunction } from './photos/preprocessing';
export { drawSample, type SampleOptions } from './photos/sample';
export { scanPhotos } from './photos/scan';
export type { ClassScan, ScanNotes, ScannedPhoto, ScanReport } from './photos/scan-report';
export {
  findPhotos,
  type IndexedPhoto,
  type PhotoLayout,
  type PhotoParts,
  type PhotoSource,
  type PhotosByClass,
} from './photos/source';
export {
  type IndexRange,
  type PartCounts,
  type Split,
  type SplitOptions,
  splitDataset,
} from './photos/split';
export { type TutorialPhotos, tutorialPhotos } from './photos/tutorial-photos';
export type { UnpackOptions } from './photos/unpack';
export type { ZipProgress } from './photos/zip';
export { type ChartSpec, chartSvg, showChart } from './show/chart';
export { showNetwork } from './show/diagram';
export type { LiveDisplay, MimeBundle } from './show/display';
export { InterruptedError } from './show/interrupt';
export { keep } from './show/keep';
export { type PlottedHistory, plotHistory } from './show/plot-history';
