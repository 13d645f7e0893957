/** Passkeys: what the browser makes and shows, as JSON for the hub. */

/**
 * Browsers have passkeys over HTTPS (or on this machine) and for names only, never for an IP address. Those that
 * cannot read the hub's JSON (Safari before 18.4) are not asked for any.
 */
export function passkeysWork(): boolean {
  const address = /^[\d.]+$|^\[/.test(location.hostname);
  const reads =
    'PublicKeyCredential' in window && 'parseCreationOptionsFromJSON' in PublicKeyCredential;
  return window.isSecureContext && !address && reads;
}

/** Let the device make one; null when its owner changed their mind. */
export async function makePasskey(
  options: PublicKeyCredentialCreationOptionsJSON,
): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return plain(await asked(() => navigator.credentials.create({ publicKey })));
}

/** Let the device show one of its own; null when its owner changed their mind. */
export async function showPasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return plain(await asked(() => navigator.credentials.get({ publicKey })));
}

async function asked(ask: () => Promise<Credential | null>): Promise<Credential | null> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'NotAllowedError') return null;
    throw cause;
  }
}

function plain(credential: Credential | null): unknown {
  return credential instanceof PublicKeyCredential ? credential.toJSON() : null;
}
