/** What went wrong between here and a server, in words, and whether it is worth another try. */

/**
 * Whether another try can help: `'passing'` (at once), `'unreachable'` (if the network was there a moment ago),
 * `'final'` (no).
 */
export type FailureKind = 'passing' | 'unreachable' | 'final';

/** The failure of one try to download; its message is what happened, as a noun phrase. */
export class NetworkFailure extends Error {
  override name = 'NetworkFailure';

  constructor(
    message: string,
    readonly kind: FailureKind,
  ) {
    super(message);
  }
}

const unreachable: Record<string, string> = {
  ENOTFOUND: 'no address for this host: no network, or a wrong name',
  EAI_AGAIN: 'no answer from the name server: no network?',
  ECONNREFUSED: 'a refused connection',
  EHOSTUNREACH: 'no way to the host',
  ENETUNREACH: 'no network',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
};

const brokenOff = 'a connection that broke off';

const passing: Record<string, string> = {
  ECONNRESET: brokenOff,
  EPIPE: brokenOff,
  UND_ERR_SOCKET: brokenOff,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: brokenOff,
};

/** The failure that an error of `fetch`, or of the reading of a body, stands for. */
export function networkFailure(error: unknown): NetworkFailure {
  if (error instanceof NetworkFailure) return error;
  const code = codeOf(error);
  if (code && unreachable[code]) return new NetworkFailure(`${unreachable[code]} (${code})`, 'unreachable');
  if (code && passing[code]) return new NetworkFailure(`${passing[code]} (${code})`, 'passing');
  if (code === 'ERR_INVALID_URL') return new NetworkFailure('something that is no address', 'final');
  if (code && /CERT|SSL|TLS/.test(code))
    return new NetworkFailure(`a certificate that is not trusted (${code})`, 'final');
  const { message, cause } = error as Error;
  return new NetworkFailure(
    `a failed transfer (${code ?? (cause instanceof Error ? cause.message : message)})`,
    'passing',
  );
}

/** The failure that an HTTP status stands for. */
export function statusFailure(status: number, text: string): NetworkFailure {
  const again = status >= 500 || status === 408 || status === 425 || status === 429;
  return new NetworkFailure(
    `the answer HTTP ${status}${text ? ` ${text}` : ''}`,
    again ? 'passing' : 'final',
  );
}

/** A sentence about a proxy that the environment names, for it is not used; empty where there is none. */
export function proxyHint(): string {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
  const name = names.find((candidate) => process.env[candidate]);
  return name ? ` The proxy that ${name} names is not used here; a browser may use it.` : '';
}

function codeOf(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return undefined;
}
