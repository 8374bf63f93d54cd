/* Says what is on a photo: all in the browser, from the files of this folder, also where it is opened as file://. */
'use strict';

globalThis.littleData ??= {};
/** Filled by model/model.js: topology, weightSpecs, weightFiles, weightBytes, classNames, targetSize, interpolation, cropFraction, exifOrientation, threshold, familiar. */
const { model: about } = littleData;
const byId = (id) => document.getElementById(id);

/** What the page does now, and how many photos wait for it. */
const progress = { text: '', waiting: 0 };
function say(changes) {
  Object.assign(progress, changes);
  const { text, waiting } = progress;
  const wait = waiting === 1 ? ' 1 photo waits.' : ` ${waiting} photos wait.`;
  byId('status').textContent = waiting === 0 ? text : text + wait;
}
say({ text: 'Loading …' });
byId('drop').hidden = false;

/** For a copy of the page without some of its files. */
const missing = (name) => new Error(`The file ${name} is missing. Copy the whole folder of this page.`);

/** Scripts hand over bytes by calling this: a page opened as file:// may not fetch, but it may load scripts. */
littleData.receive = (name, base64) => {
  received.get(name)(base64);
};
const received = new Map();

/** The text that a data script hands over under its own name. */
function loadData(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    received.set(name, resolve);
    script.onload = () => script.remove();
    script.onerror = () => reject(missing(name));
    script.src = name;
    document.head.append(script);
  });
}

/** Loads a script of the page's folder. */
function loadScript(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.onload = () => resolve();
    script.onerror = () => reject(missing(name));
    script.src = name;
    document.head.append(script);
  });
}

async function loadWeights() {
  const weights = new Uint8Array(about.weightBytes);
  let at = 0;
  for (const name of about.weightFiles) {
    const bytes = atob(await loadData(name));
    for (let i = 0; i < bytes.length; i++) weights[at + i] = bytes.charCodeAt(i);
    at += bytes.length;
    say({ text: `Loading: ${Math.round((at / weights.length) * 100)}%.` });
  }
  return weights.buffer;
}

/**
 * Threads share memory, which a browser gives only to pages from a server that sends two headers (COOP and COEP). TensorFlow.js
 * starts one for each two cores, by scripts that it makes itself; where a server's own policy forbids these, it would wait for ever.
 */
async function mayUseThreads() {
  if (!globalThis.crossOriginIsolated || navigator.hardwareConcurrency < 4) return false;
  const script = (text) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  try {
    const worker = new Worker(script(`importScripts('${script('postMessage(true)')}')`));
    const started = new Promise((resolve) => {
      worker.onmessage = () => resolve(true);
      worker.onerror = () => resolve(false);
    });
    return await started.finally(() => worker.terminate());
  } catch {
    return false;
  }
}

/**
 * WebGPU computes on the graphics card, where there is one. A program that stands for a card on the processor (SwiftShader, llvmpipe)
 * is slower than WebAssembly.
 */
async function useWebGpu() {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return false;
  const { isFallbackAdapter, architecture, description } = adapter.info ?? adapter;
  if (isFallbackAdapter || /swiftshader|llvmpipe|basic render/i.test(`${architecture} ${description}`))
    return false;
  await loadScript('tf-backend-webgpu.min.js');
  // Small tensors would be computed on the processor.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  return tf.setBackend('webgpu');
}

/** WebAssembly computes as the notebook does, on every device; WebGL, used where it is missing, may round more. */
async function useWebAssembly() {
  if (!(await mayUseThreads())) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) {
    const threads = await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT');
    const [plain, simd, threaded] = ['', '-simd', '-threaded-simd'].map(
      (kind) => `tfjs-backend-wasm${kind}.wasm`,
    );
    const base64 = await loadData(`${threads ? threaded : simd}.js`);
    const wasm = `data:application/octet-stream;base64,${base64}`;
    // It wants all three names, and takes the one that it can use.
    tf.wasm.setWasmPaths({ [plain]: wasm, [simd]: wasm, [threaded]: wasm });
    if (await tf.setBackend('wasm')) return;
  }
  if (!(await tf.setBackend('webgl'))) await tf.setBackend('cpu');
}

/** What computes, in words. */
function inWordsOfBackend() {
  const backend = tf.getBackend();
  if (backend === 'webgpu') return 'the graphics card (WebGPU)';
  if (backend === 'webgl') return 'the graphics card (WebGL)';
  if (backend !== 'wasm') return 'the processor, slowly';
  const threads = tf.wasm.getThreadsCount();
  return `the processor (WebAssembly${threads > 1 ? `, ${threads} threads` : ''})`;
}

async function load() {
  if (!about) throw missing('model/model.js');
  if (!globalThis.tf?.loadLayersModel) throw missing('tf.min.js');
  if (!globalThis.resizing) throw missing('resizing.js');
  if (!globalThis.distances) throw missing('distances.js');
  if (!tf.wasm) throw missing('tf-backend-wasm.min.js');
  try {
    if (await useWebGpu()) return await loadModel();
  } catch {
    // A card that fails here would fail later too.
  }
  return loadOnProcessor();
}

async function loadOnProcessor() {
  await useWebAssembly();
  return loadModel();
}

async function loadModel() {
  const whole = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: about.modelTopology,
      weightSpecs: about.weightSpecs,
      weightData: await loadWeights(),
    }),
  );
  const model = withFeatures(whole);
  // The first prediction prepares the weights, and the first photo compiles what resizes it: they are slow.
  const blank = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
  const [values] = await outputs(model, pixelsOf(blank));
  if (!values.every(Number.isFinite)) throw new Error('The network gives no numbers.');
  byId('backend').textContent = inWordsOfBackend();
  say({ text: 'Ready for photos.' });
  return model;
}

/** The same model; where the page knows what it was trained on, the photo's features are its second output. */
function withFeatures(model) {
  if (!about.familiar) return model;
  const { layer, node } = about.familiar;
  const outputs = [model.outputs[0], model.getLayer(layer).getOutputAt(node)];
  return tf.model({ inputs: model.inputs, outputs });
}

/** What the model gives for the pixels of a photo: probabilities, and the mean features over height and width. */
async function outputs(model, pixels) {
  const tensors = tf.tidy(() => {
    const given = model.predict(tf.tensor4d(pixels, [1, ...about.targetSize, 3]));
    const [output, features] = [given].flat();
    return features?.rank === 4 ? [output, features.mean([1, 2])] : [given].flat();
  });
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return values;
}

/** What the model gives; where the graphics card is lost meanwhile, on the processor, which is then used to the end. */
async function outputsOnAny(pixels) {
  const model = await loaded;
  try {
    return await outputs(model, pixels);
  } catch (error) {
    if (tf.getBackend() !== 'webgpu') throw error;
    loaded = loadOnProcessor();
    return outputs(await loaded, pixels);
  }
}

/** Which of `from` places is taken for each of `to`: as Pillow's NEAREST, whose coordinate grows by additions. */
function nearest(from, to) {
  const step = from / to;
  const taken = [];
  for (let i = 0, at = step * 0.5; i < to; i++, at += step) taken.push(Math.floor(at));
  return taken;
}

/** The photo at the size that the model wants, RGB 0..255. */
function pixelsOf(bitmap) {
  const { targetSize, interpolation, cropFraction } = about;
  if (interpolation === 'nearest' && cropFraction === undefined) return nearestPixels(bitmap);
  const { width, height } = bitmap;
  const whole = { left: 0, top: 0, width, height };
  const part =
    cropFraction === undefined
      ? whole
      : resizing.centralPart({ width, height }, { targetSize, cropFraction });
  const canvas = Object.assign(document.createElement('canvas'), { width: part.width, height: part.height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, -part.left, -part.top);
  const rgba = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const data = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    data[to++] = rgba[from];
    data[to++] = rgba[from + 1];
    data[to++] = rgba[from + 2];
  }
  const picture = { data, height: canvas.height, width: canvas.width };
  return Float32Array.from(resizing.resizePhoto(picture, { targetSize, interpolation }));
}

/** Only the rows that are needed are drawn, unscaled. */
function nearestPixels(bitmap) {
  const [height, width] = about.targetSize;
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  for (const [y, row] of nearest(bitmap.height, height).entries())
    context.drawImage(bitmap, 0, row, bitmap.width, 1, 0, y, bitmap.width, 1);
  const { data } = context.getImageData(0, 0, canvas.width, height);
  const columns = nearest(bitmap.width, width);
  const pixels = new Float32Array(height * width * 3);
  for (let y = 0, to = 0; y < height; y++)
    for (const column of columns)
      for (let channel = 0; channel < 3; channel++)
        pixels[to++] = data[(y * canvas.width + column) * 4 + channel];
  return pixels;
}

/** The same JPEG without its EXIF orientation, which browsers follow in any case. */
async function asStored(photo) {
  const bytes = new Uint8Array(await photo.arrayBuffer());
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return photo;
  // Segments up to the picture itself: a marker, then the length of what follows. Exif is in one of kind 1.
  for (
    let at = 2;
    bytes[at] === 0xff && bytes[at + 1] !== 0xda;
    at += 2 + bytes[at + 2] * 256 + bytes[at + 3]
  )
    if (bytes[at + 1] === 0xe1) bytes[at + 1] = 0xef;
  return new Blob([bytes], { type: 'image/jpeg' });
}

async function decode(photo) {
  const wanted = about.exifOrientation === 'apply' ? photo : await asStored(photo);
  try {
    return await createImageBitmap(wanted, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  } catch {
    throw new Error('This browser can not read it as a photo. Save it as JPEG or PNG, and try again.');
  }
}

/** Class names with their probabilities, in the order of the labels, and how far they can be trusted. */
async function predict(photo) {
  const bitmap = await decode(photo);
  const pixels = pixelsOf(bitmap);
  bitmap.close();
  const [values, features] = await outputsOnAny(pixels);
  const byLabel = values.length === 1 ? [1 - values[0], values[0]] : Array.from(values);
  const predictions = about.classNames.map((name, label) => ({ name, probability: byLabel[label] }));
  return { predictions, trust: trustIn(highest(predictions), features) };
}

function element(name, { parent, ...properties }) {
  const made = Object.assign(document.createElement(name), properties);
  parent?.append(made);
  return made;
}

const percent = (probability) => `${(probability * 100).toFixed(1)}%`;

const highest = (predictions) =>
  predictions.reduce((best, own) => (own.probability > best.probability ? own : best));

/** How far a prediction can be trusted, in words; none where nothing speaks against it. */
function trustIn({ probability }, features) {
  const { familiar, threshold } = about;
  if (familiar && distances.distancesTo(familiar, features)[0] > familiar.threshold)
    return ' (unlike the train photos)';
  return threshold !== undefined && probability < threshold ? ' (unsure)' : '';
}

/** The most probable class in words. */
function inWords({ predictions, trust }) {
  const { name, probability } = highest(predictions);
  return `${name}${trust}, ${percent(probability)}`;
}

function showPredictions(said, { predictions, trust }) {
  element('p', { parent: said, className: 'most', textContent: inWords({ predictions, trust }) });
  const body = element('tbody', { parent: element('table', { parent: said }) });
  for (const prediction of predictions) {
    const className = prediction === highest(predictions) ? 'highest' : '';
    const row = element('tr', { parent: body, className });
    element('th', { parent: row, scope: 'row', textContent: prediction.name });
    const meter = element('meter', { parent: element('td', { parent: row }), value: prediction.probability });
    meter.setAttribute('aria-label', `Probability of ${prediction.name}`);
    element('td', { parent: row, textContent: percent(prediction.probability) });
  }
}

/** Waits until what was written is on the screen, as the computation holds up the page. A hidden page draws nothing. */
function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 50);
  });
}

/** Shows a photo, newest first, and what is on it once that is known. */
async function answerFor(photo) {
  const item = element('li', {});
  byId('predictions').prepend(item);
  const address = URL.createObjectURL(photo);
  const picture = element('img', { parent: item, alt: '', src: address });
  picture.onload = () => URL.revokeObjectURL(address);
  // A browser would draw a torn picture for what is no photo.
  picture.onerror = () => {
    URL.revokeObjectURL(address);
    picture.remove();
  };
  const said = element('div', { parent: item, className: 'said' });
  element('h2', { parent: said, textContent: photo.name });
  try {
    await loaded.finally(() => say({ waiting: progress.waiting - 1 }));
    say({ text: `Looking at ${photo.name} …` });
    await painted();
    const prediction = await predict(photo);
    showPredictions(said, prediction);
    say({ text: `${photo.name}: ${inWords(prediction)}.` });
  } catch (error) {
    element('p', { parent: said, textContent: error.message });
    say({ text: `${photo.name}: ${error.message}` });
  }
  item.dataset.done = 'true';
}

let queue = Promise.resolve();
function add(photos) {
  say({ waiting: progress.waiting + photos.length });
  for (const photo of photos) queue = queue.then(() => answerFor(photo));
}

for (const id of ['files', 'captured'])
  byId(id).addEventListener('change', ({ target }) => {
    add([...target.files]);
    // The same photo may be chosen again.
    target.value = '';
  });

document.addEventListener('dragover', (event) => {
  event.preventDefault();
  byId('drop').classList.add('over');
});
document.addEventListener('dragleave', () => byId('drop').classList.remove('over'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  byId('drop').classList.remove('over');
  const { files } = event.dataTransfer;
  if (files.length === 0)
    say({ text: 'No file was dropped. Save the picture on this device first, then drop the file.' });
  add([...files]);
});

let stream;
let taken = 0;
async function openCamera() {
  // A second stream would leave the first one, and the camera's light, on for good.
  byId('camera').disabled = true;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch (error) {
    byId('camera').disabled = false;
    byId('camera').focus();
    say({ text: `The camera can not be used (${error.message}). Choose a photo instead.` });
    return;
  }
  byId('video').srcObject = stream;
  byId('viewfinder').hidden = false;
  await byId('video').play();
  byId('shoot').focus();
}

function closeCamera() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  if (byId('viewfinder').hidden) return;
  byId('viewfinder').hidden = true;
  byId('camera').disabled = false;
  byId('camera').focus();
}

function shoot() {
  const video = byId('video');
  // The camera has not shown anything yet.
  if (video.videoWidth === 0) return;
  const canvas = element('canvas', { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext('2d').drawImage(video, 0, 0);
  // PNG keeps the pixels as they are.
  canvas.toBlob((blob) => add([new File([blob], `camera ${++taken}.png`, { type: blob.type })]));
}

byId('camera').hidden = !navigator.mediaDevices;
byId('camera').addEventListener('click', openCamera);
byId('shoot').addEventListener('click', shoot);
byId('close').addEventListener('click', closeCamera);
document.addEventListener('visibilitychange', () => document.hidden && closeCamera());

let loaded = load();
loaded.catch((error) => {
  byId('drop').hidden = true;
  say({ text: `The page can not answer: ${error.message}` });
});
