/** Proxy variables: what npm and pip will do with them. Nothing is sent. */
import { note, ok } from './context.mjs';

/** Proxies that are set in one half only, or written so that no program understands them. */
export async function checkProxies({ env }) {
  const setting = (name) => env[name] || env[name.toLowerCase()];
  const [http, https, all] = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].map(setting);
  const proxies = Object.entries({ HTTP_PROXY: http, HTTPS_PROXY: https, ALL_PROXY: all }).filter(
    ([, value]) => value,
  );
  if (proxies.length === 0) return ok('no proxy');
  for (const [name, value] of proxies) {
    if (!/^(https?|socks[45]?h?):$/.test(protocolOf(value) ?? ''))
      return note(
        `${name} is no address of a proxy: ${withoutPassword(value)}`,
        `Write it as http://host:port, or unset it.`,
      );
  }
  const list = proxies.map(([name, value]) => `${name}=${withoutPassword(value)}`).join(', ');
  if (!https && !all)
    return note(`${list}, but no HTTPS_PROXY`, 'Set HTTPS_PROXY too: npm and pip download over HTTPS.');
  const spared = (setting('NO_PROXY') ?? '').split(/[\s,]+/);
  const missing = ['localhost', '127.0.0.1'].filter(
    (host) => !spared.includes(host) && !spared.includes('*'),
  );
  if (missing.length > 0)
    return note(
      `${list}, and NO_PROXY lacks ${missing.join(' and ')}`,
      `Set NO_PROXY=${[...spared.filter(Boolean), ...missing].join(',')}: a browser or an editor that reads these variables would look for JupyterLab behind the proxy.`,
    );
  return ok(`${list}: npm and pip use it, \`npm run photos\` doesn't`);
}

function protocolOf(value) {
  try {
    return new URL(value).protocol;
  } catch {
    return undefined;
  }
}

function withoutPassword(value) {
  return value.replace(/\/\/[^@/]*@/, '//…@');
}
