/** Checks a head, features and labels that it is evaluated on. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkModel } from '../check';
import { provenanceOf } from '../features/provenance';
import { checkFiniteWeights, layerWeightsOf } from '../networks/layer-weights';
import { checkFinite, checkRows, rowShape } from './check-rows';
import { checkOutput, checkSameClasses, classesOf } from './classes';
import { checkRecipe, headMetadata } from './head-metadata';
import type { CheckedLabels } from './labelled-rows';
import { checkLabels, type Labels } from './labels';
import { staleLine } from './stale-features';

/** Throws where features are not such as a head takes, or were made in another way than those that it was trained on. */
export function checkHeadFeatures(head: LayersModel, features: Tensor, { name }: { name: string }): void {
  checkModel('head', head);
  checkRows(features, { name, inputShape: rowShape(head) });
  const [provenance, metadata] = [provenanceOf(features), headMetadata(head)];
  const where = `the ${name} data`;
  checkSameClasses(metadata.classIndices, provenance?.classIndices, { where, of: 'the head' });
  if (provenance && metadata.classIndices) checkRecipe(metadata.recipe, provenance.recipe, where);
  checkFinite(features, name);
}

/**
 * The labels of features that a head is evaluated on. A line is printed where the features are older than the generator of the labels.
 * @throws LittleDataError where the head, the features and the labels do not belong together, or hold what is no number.
 */
export function checkEvaluation(
  head: LayersModel,
  features: Tensor,
  { labels, name }: { labels: Labels; name: string },
): CheckedLabels {
  checkHeadFeatures(head, features, { name });
  const classIndices = headMetadata(head).classIndices ?? provenanceOf(features)?.classIndices;
  const classes = classesOf(head);
  checkOutput(head, { classes, classIndices });
  checkFiniteWeights(layerWeightsOf(head), 'the head');
  const values = checkLabels(labels, { features, name, classes });
  const stale = staleLine(labels, { features, name });
  if (stale) console.log(stale);
  return { values, classes, classIndices };
}
