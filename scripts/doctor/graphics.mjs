/** The graphics card that networks may run on, by WebGPU. */
import fs from 'node:fs';
import path from 'node:path';
import { webgpuBinary } from '../setup/webgpu.mjs';
import { note, ok } from './context.mjs';

/** Prints the card, as `src/networks/gpu/gpu-worker.mjs` finds it. */
const search = `
import('webgpu').then(async ({ create }) => {
  const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter?.info ?? {};
  console.log(JSON.stringify({ names: adapter ? [vendor, device || architecture, description].filter(Boolean) : undefined, isFallbackAdapter }));
});`;

const processor = 'networks run on the processor';

/** A card with its driver; on Linux also the Vulkan loader that Dawn looks for. */
export async function checkGraphics(context) {
  const { root, node, env, run } = context;
  const asked = env.LITTLE_DATA_BACKEND === 'webgpu';
  const without = (found, next) =>
    asked
      ? note(`${found}, and LITTLE_DATA_BACKEND=webgpu asks for a card`, next)
      : ok(`${found}: ${processor}`);
  if (!fs.existsSync(path.join(root, 'node_modules', 'webgpu', 'package.json')))
    return note(
      'the package webgpu is not there',
      `\`npm run setup\` installs it; without it, ${processor}.`,
    );
  if (!fs.existsSync(webgpuBinary(context)))
    return without(`WebGPU is not made for ${node.platform} ${node.arch}`, 'Unset the variable.');
  let found;
  try {
    const options = { cwd: root, env, timeout: 60_000 };
    const { stdout, stderr } = await run(node.execPath, ['-e', search], options);
    found = { ...JSON.parse(stdout.trim().split('\n').at(-1)), stderr };
  } catch (error) {
    const said = error.output?.split('\n').find((line) => /Error/.test(line));
    return note(
      `WebGPU does not load (${said?.trim() ?? error.message})`,
      `Nothing to do, unless you want a graphics card to run networks: ${processor}.`,
    );
  }
  const { names, isFallbackAdapter, stderr } = found;
  if (names && !isFallbackAdapter) return ok(`${names.join(', ')}, by WebGPU`);
  if (names)
    return without(
      `only a program that computes on the processor (${names.join(', ')})`,
      "Install the card's Vulkan driver, or unset the variable.",
    );
  const devices = context.machine.graphicsDevices();
  if (devices.length === 0 || node.platform !== 'linux')
    return without('no graphics card that WebGPU can use', 'Unset the variable.');
  const { missing, next } = remedyFor(stderr);
  return note(
    `a graphics card (${devices.join(', ')}) that WebGPU can't use: ${missing}`,
    `${next}; without it, ${processor}.`,
  );
}

/** What is missing on Linux, from what Vulkan's loader says. */
function remedyFor(stderr) {
  if (/Couldn't load Vulkan/.test(stderr))
    return {
      missing: "Vulkan's loader, libvulkan.so.1, is missing",
      next: "Install Vulkan's loader (Debian, Ubuntu: `sudo apt install libvulkan1`)",
    };
  // NVIDIA's driver on a server where only the loader was installed.
  if (/Could not get 'vkCreateInstance'.*nvidia/.test(stderr))
    return {
      missing:
        "NVIDIA's driver does not start, most often because libraries of OpenGL are missing that it needs",
      next: 'Install them (Debian, Ubuntu: `sudo apt install libegl1 libgl1`)',
    };
  return {
    missing: 'it has no Vulkan driver',
    next:
      "Install the card's Vulkan driver (AMD, Intel: `sudo apt install mesa-vulkan-drivers`; NVIDIA: its own driver, in a container with " +
      'NVIDIA_DRIVER_CAPABILITIES=all), and see that you may open the device',
  };
}
