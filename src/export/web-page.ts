/** A trained head as a web page that classifies photos on the visitor's own device. */
import fs from 'node:fs';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { checkKeys, problem, show } from '../check';
import { withPredictor } from '../head/prediction/predictor';
import { escapeHtml } from '../notebook/escape-html';
import { copyTemplates } from './copy-templates';
import { writeDistances, writeResizing } from './decoder';
import { evaluationSentence } from './evaluation-note';
import { checkPrecision, type ExportOptions } from './model';
import { type WholeModel, wholeModel } from './whole-model';
import { writeFolder } from './write-folder';

/** A browser shows progress from file to file. */
const scriptBytes = 3 * 2 ** 20;

/** TensorFlow.js for browsers, from the packages that are installed here. */
const libraries = {
  tfjs: path.join(path.dirname(require.resolve('@tensorflow/tfjs/package.json')), 'dist'),
  wasm: path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist'),
  webgpu: path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-webgpu/package.json')), 'dist'),
};

/** The options of `exportWebPage`. */
export interface WebPageOptions extends ExportOptions {
  /** Heading of the page. @default the classes as a question, such as 'cats or dogs?' */
  title?: string;
}

/**
 * Writes a static web page for a head: open its `index.html` from the disk, or put the folder on any web server. One drops,
 * chooses or takes photos and sees each class's probability, and whether
 * that is unsure or the photo unlike those that the head was trained on, where `calibrate` or `flagUnlike` told it. Everything is computed in the browser (on the graphics card by WebGPU, else by
 * WebAssembly; the page says which); it needs no network and sends nothing, and its Content-Security-Policy makes the browser see to
 * that. It computes in threads on a device with four cores or more, where the server sends
 * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`.
 *
 * The browser decodes photos and the page resizes the full-size photo as `flowFromDirectory` does, so that the predictions
 * are those of `predictPhoto` up to how browsers decode (JPEG and PNG in Chromium: within 1e-4, with `precision: 'float16'`
 * within 2e-3). Where they differ: transparent pixels (their hidden colours are lost), formats that a browser reads and
 * sharp doesn't, or the other way round, and, for a head trained with `exifOrientation: 'ignore'`, turned photos that are no
 * JPEG, which a browser turns upright in any case.
 *
 * @param head from `trainHead` or `loadHead`, or the path of its `.h5` file.
 * @param dir the folder. It is written whole or not at all; an earlier page from here is replaced, any other folder with
 *   something in it is refused.
 * @param options `base`: the network that made the features; `precision`: of the weights; `evaluation`: of the head on held-out
 *   photos, which the foot of the page then tells; `title`: heading of the page.
 * @returns the folder's absolute path and its size in bytes (in base64: about 92 MB with VGG16, 48 MB as float16, under 12
 *   MB with EfficientNetLite0, and 0.35 MB more where `flagUnlike` told the head).
 * @throws as `exportModel` does.
 * @example
 * ```ts
 * import { exportWebPage } from 'little-data';
 * const { dir, bytes } = await exportWebPage('head.h5', 'exported');
 * console.log(`${dir}: ${bytes} bytes`);
 * ```
 */
export async function exportWebPage(
  head: LayersModel | string,
  dir: string,
  options: WebPageOptions = {},
): Promise<{ dir: string; bytes: number }> {
  checkKeys('exportWebPage', options, ['base', 'precision', 'evaluation', 'title']);
  const precision = checkPrecision(options);
  const { base, evaluation, title } = options;
  if (title !== undefined && (typeof title !== 'string' || title.trim() === ''))
    throw problem({
      where: '`title`',
      expected: 'a heading for the page',
      found: show(title),
      next: 'Pass some words, or leave it out.',
    });
  return withPredictor({ head, base }, async (predictor) =>
    writeFolder(dir, {
      kind: 'web page',
      write: async (place) => {
        const model = await wholeModel(predictor, { precision, evaluation });
        const { classNames, attribution, evaluation: note } = model.userDefinedMetadata;
        copyTemplates('web-page', place, {
          title: escapeHtml(title ?? question(classNames)),
          evaluation: note ? `<p>${evaluationSentence(note)}</p>` : '',
          attribution: attribution ? `<p>${escapeHtml(attribution)}</p>` : '',
        });
        copyLibraries(place);
        writeResizing(path.join(place, 'resizing.js'));
        writeDistances(path.join(place, 'distances.js'));
        writeModelScripts(place, model);
      },
    }),
  );
}

function question(classNames: readonly string[]): string {
  if (classNames.length > 6) return `Which of ${classNames.length} classes?`;
  return `${classNames.slice(0, -1).join(', ')} or ${classNames[classNames.length - 1]}?`;
}

function copyLibraries(folder: string): void {
  for (const [from, name] of [
    [libraries.tfjs, 'tf'],
    [libraries.wasm, 'tf-backend-wasm'],
    [libraries.webgpu, 'tf-backend-webgpu'],
  ] as const) {
    // Without what browsers needed before 2017: a quarter less.
    const library = fs.readFileSync(path.join(from, `${name}.es2017.min.js`), 'utf8');
    // The line that names a source map would make a browser's developer tools look for it.
    fs.writeFileSync(
      path.join(folder, `${name}.min.js`),
      library.replace(/^\/\/# sourceMappingURL=.*$/m, ''),
    );
  }
  for (const name of ['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'])
    writeScript(folder, `${name}.js`, fs.readFileSync(path.join(libraries.wasm, name)));
}

function writeModelScripts(folder: string, { weightData, ...model }: WholeModel): void {
  fs.mkdirSync(path.join(folder, 'model'));
  const weightFiles: string[] = [];
  for (let at = 0; at < weightData.byteLength; at += scriptBytes) {
    const name = `model/weights-${weightFiles.length + 1}.js`;
    writeScript(folder, name, Buffer.from(weightData.slice(at, at + scriptBytes)));
    weightFiles.push(name);
  }
  const { modelTopology, weightSpecs, userDefinedMetadata, familiar } = model;
  const about = {
    ...userDefinedMetadata,
    familiar,
    modelTopology,
    weightSpecs,
    weightFiles,
    weightBytes: weightData.byteLength,
  };
  fs.writeFileSync(
    path.join(folder, 'model', 'model.js'),
    `globalThis.littleData = { model: ${JSON.stringify(about)} };\n`,
  );
}

/** Bytes as a script: the only kind of file that a page opened as file:// may load. */
function writeScript(folder: string, name: string, bytes: Buffer): void {
  const call = `littleData.receive(${JSON.stringify(name)}, "${bytes.toString('base64')}");\n`;
  fs.writeFileSync(path.join(folder, name), call);
}
