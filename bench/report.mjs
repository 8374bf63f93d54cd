/** What `npm run bench` makes of its measurements: ratios, a table, a chart. */

/** Multiply-adds of VGG16's convolutions for one photo of 150 x 150, counted as two operations each, in 1e9. */
const gflopAPhoto = vgg16Operations(150) / 1e9;

/** Median, least and most of numbers. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1), rounds: sorted.length };
}

/** Above 1: this package is faster; for `float32_vs_peak` the share of the peak that it reaches. */
export function ratiosOf(measured, { photos, peakGflops }) {
  const seconds = (name) => measured[name].seconds.median;
  const ours = seconds('extraction little-data float32');
  const keras = ['extraction Keras predict', 'extraction Keras tf.function'].map(seconds);
  const direct = [...keras, ...['extraction ONNX Runtime', 'extraction PyTorch channels-last'].map(seconds)];
  const bfloat16 = measured['extraction little-data bfloat16'];
  const head = seconds('head little-data');
  return {
    extraction_float32_vs_keras_predict: keras[0] / ours,
    extraction_float32_vs_fastest_direct_peer: Math.min(...direct) / ours,
    extraction_bfloat16_vs_keras_fastest: bfloat16 ? Math.min(...keras) / bfloat16.seconds.median : null,
    second_run_vs_first: ours / seconds('extraction little-data second run'),
    head_vs_keras_fit: seconds('head Keras fit') / head,
    head_vs_tfjs_fit: seconds('head tfjs fit') / head,
    unzip_vs_python_zipfile: seconds('unzip Python zipfile') / seconds('unzip little-data'),
    unzip_vs_python_zipfile_flushed: seconds('unzip Python zipfile, flushed') / seconds('unzip little-data'),
    float32_vs_peak: (gflopAPhoto * photos) / ours / peakGflops,
  };
}

/** The table, in Markdown. */
export function tableOf(result) {
  const { measured, machine, versions, mode, date, ratios, photos, epochs, peak_rss_mb: peaks } = result;
  const rows = Object.entries(measured).map(([name, { seconds, ms_a_photo: ms, peak_rss_mb: mb }]) => {
    const { median, min, max, rounds } = seconds;
    const figures = [
      median.toFixed(2),
      `${min.toFixed(2)} to ${max.toFixed(2)}`,
      ms?.toFixed(2) ?? '',
      mb.toFixed(0),
    ];
    return `| ${name} | ${figures.join(' | ')} | ${rounds} |`;
  });
  return [
    `${date}, mode ${mode}: ${photos} photos, ${epochs} epochs. ${machine.processor}, ${machine.cores} cores` +
      ` (${machine.flags.join(', ')}), ${machine.system}. float32 peak ${machine.float32_peak_gflops.toFixed(0)} GFLOP/s.`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    [
      '| what | seconds, median | least to most | ms a photo | peak memory, MB | rounds |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
    [
      '| ratio | |',
      '| --- | --- |',
      ...Object.entries(ratios).map(
        ([name, ratio]) => `| ${name} | ${ratio?.toFixed(2) ?? 'not measured'} |`,
      ),
    ].join('\n'),
    [
      '| photos (growth run) | peak memory, MB |',
      '| --- | --- |',
      ...Object.entries(peaks).map(([count, mb]) => `| ${count} | ${mb.toFixed(0)} |`),
    ].join('\n'),
    '',
  ].join('\n\n');
}

/** The chart: bars of the medians, a line from least to most. */
export function chartOf({ measured, mode, photos, epochs, machine }) {
  const values = Object.entries(measured).map(([name, { seconds }]) => {
    const [kind, ...who] = name.split(' ');
    const ours = who[0] === 'little-data';
    return { kind, who: who.join(' '), whose: ours ? 'this package' : 'others', ...seconds };
  });
  const of = (kind, title) => {
    const y = { field: 'who', type: 'nominal', sort: null, title: null };
    const mine = values.filter((value) => value.kind === kind);
    return {
      title,
      width: 460,
      data: { values: mine },
      encoding: { y },
      layer: [
        {
          mark: 'bar',
          encoding: {
            x: { field: 'median', type: 'quantitative', title: 'seconds, median; line: least to most' },
            color: { field: 'whose', type: 'nominal', title: null },
          },
        },
        { mark: 'rule', encoding: { x: { field: 'min', type: 'quantitative' }, x2: { field: 'max' } } },
      ],
    };
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    description: `Seconds of this package and others (${mode}) on ${machine.processor}, ${machine.cores} cores`,
    vconcat: [
      of('extraction', `VGG16 features of ${photos} photos, decoding included`),
      of('head', `Training the head, ${epochs} epochs of 2,000 rows`),
    ],
  };
}

function vgg16Operations(size) {
  const blocks = [
    [64, 64],
    [128, 128],
    [256, 256, 256],
    [512, 512, 512],
    [512, 512, 512],
  ];
  let [side, channels, operations] = [size, 3, 0];
  for (const block of blocks) {
    for (const filters of block) {
      operations += 2 * 9 * channels * filters * side * side;
      channels = filters;
    }
    side = Math.floor(side / 2);
  }
  return operations;
}
