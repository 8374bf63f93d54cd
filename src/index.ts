export { LittleDataError } from './check';
export type { Batch, ClassMode, DirectoryIterator, FlowOptions } from './datasets/batches/directory-iterator';
export { type GeneratorOptions, ImageDataGenerator } from './datasets/batches/image-data-generator';
export type { Preparation } from './datasets/batches/prepare-pixels';
export { namePreprocessing, type PreprocessingFunction } from './datasets/batches/preprocessing';
export type { LabelDecision } from './datasets/label-decisions';
export type { FolderLayout } from './datasets/layout-of';
export type { ClassScan, ScanNotes, ScannedPhoto } from './datasets/scan/scan-findings';
export { type ScanOptions, scanPhotos } from './datasets/scan/scan-photos';
export type { ScanReport } from './datasets/scan/scan-report';
export { type GalleryOptions, showGallery } from './datasets/show-gallery';
export type { IndexRange } from './datasets/split/by-number';
export type { PartCounts, Split, SplitCounts, SplitFiles, SplitOptions } from './datasets/split/split';
export { splitDataset } from './datasets/split/split-dataset';
export {
  findPhotos,
  type IndexedPhoto,
  type PhotoLayout,
  type PhotoParts,
  type PhotoSource,
  type PhotosByClass,
} from './datasets/tutorial/find-photos';
export {
  type DownloadPhotosOptions,
  downloadPhotos,
  type PhotoAddress,
  photoHelp,
  photoSources,
} from './datasets/tutorial/photo-sources';
export { photosOrSample } from './datasets/tutorial/photos-or-sample';
export { type TutorialPhotos, tutorialPhotos } from './datasets/tutorial/tutorial-photos';
export { type ExportOptions, exportModel } from './export/model';
export type { WeightPrecision } from './export/pack-weights';
export { exportPredictor } from './export/predictor';
export { exportWebPage, type WebPageOptions } from './export/web-page';
export { type CheckFeaturesOptions, checkFeatures } from './features/check-features';
export type { ClusterOptions } from './features/cluster/cluster-options';
export { np } from './features/np';
export {
  type PredictOptions,
  type PredictToFileOptions,
  predictGenerator,
  predictToFile,
} from './features/predict-generator';
export { type FeatureStoreInfo, featureStore } from './features/store/feature-store';
export type { DownloadedFile, DownloadOptions, DownloadProgress } from './files/download-file';
export type { ZipProgress } from './files/extract-zip';
export type { UnpackOptions } from './files/unpack-once';
export { type BuildHeadOptions, buildHead } from './head/build-head';
export { type FitLinearOptions, fitLinear, type LinearHead } from './head/fit-linear';
export type { EpochLogs, History } from './head/history';
export { type Labels, labelsOf } from './head/labels';
export { type LoadHeadOptions, loadHead } from './head/load-head';
export { classifyNow } from './head/prediction/classify-now';
export { type PredictFolderOptions, predictFolder } from './head/prediction/predict-folder';
export { type PredictPhotoOptions, predictPhoto } from './head/prediction/predict-photo';
export type { PhotoPrediction } from './head/prediction/predictor';
export { type ShowPredictionsOptions, showPredictions } from './head/prediction/show-predictions';
export type { RunRecord } from './head/runs/run-record';
export { saveHead } from './head/save-head';
export type { BatchLogs, TrainCallback } from './head/training/callbacks';
export type { ClassWeights } from './head/training/class-weights';
export type { EarlyStopping } from './head/training/early-stopping';
export { type FindLearningRateOptions, findLearningRate } from './head/training/find-learning-rate';
export type { LearningRateSchedule, ReduceOnPlateau } from './head/training/learning-rate';
export { type TrainedHead, trainHead } from './head/training/train-head';
export type { TrainOptions } from './head/training/train-options';
export { TrainingStopped } from './head/training/training-guard';
export { TrainingInterrupted } from './head/training/training-interrupted';
export { type ExifOrientation, type PictureKind, UnreadablePhoto } from './images/decode-photo';
export type { Interpolation } from './images/resize-photo';
export { type ShowPhotoOptions, showPhoto } from './images/show-photo';
export {
  type CalibrateOptions,
  type Calibration,
  calibrate,
  type NamedPredictions,
} from './insight/calibrate';
export { compareRuns, type RunComparison } from './insight/compare-runs';
export {
  type ConfusedPair,
  type ConfusionMatrix,
  type ConfusionOptions,
  confusionMatrix,
} from './insight/confusion-matrix';
export type { DuplicatePair, Duplicates, PairKind } from './insight/duplicates/duplicates';
export { type FindDuplicatesOptions, findDuplicates } from './insight/duplicates/find-duplicates';
export { type Leakage, type LeakageOptions, leakage } from './insight/duplicates/leakage';
export type { FeaturesWithFiles, PhotoFeatures, SplitPhoto } from './insight/duplicates/photo-rows';
export { type EvaluateOptions, evaluateHead } from './insight/evaluate-head';
export type { EvaluatedPhoto, EvaluatedPhotos } from './insight/evaluated-photo';
export type { Evaluation } from './insight/evaluation';
export { type ExplainOptions, explain } from './insight/explanation/explain';
export type { Explanation } from './insight/explanation/explanation';
export { showExplanations } from './insight/explanation/show-explanations';
export type { ClassFigures, Figures, Interval } from './insight/figures';
export { findRun, type RunReference } from './insight/find-run';
export { type FlagUnlikeOptions, flagUnlike, type UnlikeFlag } from './insight/flag-unlike';
export {
  type LabelledFeatures,
  type LearningCurve,
  type LearningCurveOptions,
  learningCurve,
} from './insight/learning-curve';
export { mostUncertain } from './insight/most-uncertain';
export { type PhotoMap, type PhotoMapOptions, photoMap } from './insight/photo-map';
export type { NeededPhotos } from './insight/photos-needed';
export { type DataReport, type DataReportOptions, dataReport } from './insight/report/data-report';
export { type Rerun, type RerunOptions, rerun } from './insight/rerun';
export { type LabelReview, type ReviewLabelsOptions, reviewLabels } from './insight/review-labels';
export { runs } from './insight/runs';
export { showConfusion } from './insight/show-confusion';
export { type ShowEvaluatedOptions, showEvaluated } from './insight/show-evaluated';
export { type ShowRunsOptions, showRuns } from './insight/show-runs';
export {
  type SuspectLabel,
  type SuspectLabels,
  type SuspectLabelsOptions,
  suspectLabels,
} from './insight/suspect-labels';
export { type TrainingPanel, type TrainingPanelOptions, trainingPanel } from './insight/training-panel';
export { type RankedPhotosOptions, worstMistakes } from './insight/worst-mistakes';
export { applications, K } from './networks/applications';
export type { Base, Recommended } from './networks/base';
export type { DecodePredictionsOptions, ImageNetPrediction } from './networks/decode-predictions';
export type { EfficientNetLiteOptions } from './networks/efficientnet-lite';
export type { Device } from './networks/gpu/device';
export type { Precision } from './networks/graph-network';
export type { KerasBaseOptions } from './networks/keras-layers';
export { type LoadBaseOptions, loadBase } from './networks/load-base';
export type { Vgg16Options } from './networks/vgg16';
export { LiveDisplay, type MimeBundle } from './notebook/display';
export { InterruptedError } from './notebook/interrupt';
export { keep } from './notebook/keep';
export { hbox, tabs, vbox } from './notebook/widgets/boxes';
export { type ButtonOptions, button } from './notebook/widgets/button';
export { type DropdownOptions, dropdown } from './notebook/widgets/dropdown';
export { type FileUploadOptions, fileUpload, type UploadedFile } from './notebook/widgets/file-upload';
export { htmlView } from './notebook/widgets/html-view';
export { type ImageViewOptions, imageView } from './notebook/widgets/image-view';
export { interact, type Setting, type SettingValues } from './notebook/widgets/interact';
export { type ProgressOptions, progress } from './notebook/widgets/progress';
export { type SliderOptions, slider } from './notebook/widgets/slider';
export { type TextInputOptions, textInput } from './notebook/widgets/text-input';
export { type ToggleOptions, toggle } from './notebook/widgets/toggle';
export type { AnyWidget, Widget } from './notebook/widgets/widget';
export type { CalibrationBin } from './numerics/calibration-bins';
export type { PairedComparison } from './numerics/mcnemar';
export type { PowerLaw } from './numerics/power-law';
export { dataPath } from './paths';
export { type ChartSpec, chartSvg, type ShowChartOptions, showChart } from './plots/chart';
export { type ShowNetworkOptions, showNetwork } from './plots/network-diagram';
export { type PlotConfusionOptions, type PlottedConfusion, plotConfusion } from './plots/plot-confusion';
export {
  type PlotHistoryOptions,
  type PlottedHistories,
  type PlottedHistory,
  plotHistory,
} from './plots/plot-history';
export {
  type LearningCurvePoint,
  type PlottedLearningCurve,
  plotLearningCurve,
} from './plots/plot-learning-curve';
export type { LearningRateCurve } from './plots/plot-learning-rate';
export {
  type MappedPhoto,
  type PlotPhotoMapOptions,
  type PlottedPhotoMap,
  plotPhotoMap,
} from './plots/plot-photo-map';
export { type PlottedReliability, plotReliability, type ReliabilityState } from './plots/plot-reliability';
