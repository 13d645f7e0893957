/** Every request the page makes, in one place. A failure is an `ApiError` with the hub's own sentence. */

import type {
  Camera,
  Channels,
  CameraChange,
  CameraState,
  Correction,
  DiaryCheckpoint,
  DiaryPage,
  DiaryProof,
  Event,
  EventFilter,
  EventPage,
  Export,
  Failure,
  FoundDevice,
  Grant,
  Invitation,
  Invited,
  Kept,
  Keys,
  UnlockMode,
  Words,
  Member,
  Members,
  Notifier,
  NewCamera,
  NewPassword,
  Openness,
  OpenSession,
  Probe,
  Problem,
  Reason,
  Recovery,
  Segment,
  Session,
  Right,
  Role,
  Settings,
  Share,
  SignIn,
  StorageReport,
  StreamName,
  Timeline,
  Token,
  Totp,
  TrackName,
} from './types';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly state: CameraState | null = null,
    readonly retryAfter: number | null = null,
    readonly reason: Reason | null = null,
    readonly facts: Record<string, string> = {},
  ) {
    super(message);
  }
}

interface ErrorBody {
  error?: Partial<Failure>;
}

/** Called when the hub no longer knows this session. */
let onSignedOut: () => void = () => undefined;
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler;
}

/** Called when the hub says that nobody has unlocked the recordings. */
let onLocked: () => void = () => undefined;
export function whenLocked(handler: () => void): void {
  onLocked = handler;
}

async function failure(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as ErrorBody;
  const wait = Number(response.headers.get('Retry-After'));
  return new ApiError(
    response.status,
    body.error?.code ?? 'unknown',
    body.error?.message ?? response.statusText,
    body.error?.state ?? null,
    wait > 0 ? wait : null,
    body.error?.reason ?? null,
    body.error?.facts ?? {},
  );
}

interface Options {
  body?: unknown;
  signal?: AbortSignal | undefined;
  quiet?: boolean;
}

async function request(method: string, path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = {};
  // A form on another site cannot send this header: that is the hub's defence against forged requests.
  if (method !== 'GET') headers['X-Consentry'] = '1';
  const init: RequestInit = { method, headers, signal: options.signal ?? null };
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'no_connection', 'No connection to the hub.');
  }
  if (response.ok) return response;
  if (response.status === 401 && !options.quiet) onSignedOut();
  if (response.status === 423 && !options.quiet) onLocked();
  throw await failure(response);
}

async function json<T>(method: string, path: string, options?: Options): Promise<T> {
  return (await (await request(method, path, options)).json()) as T;
}

async function send(method: string, path: string, body?: unknown): Promise<void> {
  await request(method, path, body === undefined ? {} : { body });
}

function query(parts: Record<string, string | number | boolean | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(parts))
    if (value !== undefined) search.set(key, String(value));
  const text = search.toString();
  return text ? `?${text}` : '';
}

/** ISO 8601 UTC with milliseconds. */
export function iso(us: number): string {
  return new Date(us / 1000).toISOString();
}

const camera = (id: string): string => `/api/cameras/${encodeURIComponent(id)}`;
const event = (id: string): string => `/api/events/${encodeURIComponent(id)}`;
const channel = (id: string): string => `/api/channels/${encodeURIComponent(id)}`;
const share = (id: string): string => `/api/shares/${encodeURIComponent(id)}`;
const range = (from_us: number, to_us: number): string =>
  query({ from: iso(from_us), to: iso(to_us) });

export const api = {
  session: () => json<Session>('GET', '/api/session', { quiet: true }),
  setup: (body: { token: string; name: string; password: string; unlock: UnlockMode }) =>
    request('POST', '/api/setup', { body, quiet: true }),
  restore: (body: { words: string; password: string; name?: string }) =>
    request('POST', '/api/recovery/restore', { body, quiet: true }),
  /** `code`: of an app, or a recovery code, once the hub asked for it. */
  login: (name: string, password: string, code?: string) =>
    request('POST', '/api/login', { body: { name, password, code }, quiet: true }),
  passkeyRequest: () =>
    json<PublicKeyCredentialRequestOptionsJSON>('POST', '/api/login/passkey/options', {
      quiet: true,
    }),
  passkeyLogin: (credential: unknown) =>
    request('POST', '/api/login/passkey', { body: { credential }, quiet: true }),
  logout: () => send('POST', '/api/logout'),
  changePassword: async (current: string, next: string) =>
    void (await request('POST', '/api/password', { body: { current, new: next }, quiet: true })),

  sessions: () => json<OpenSession[]>('GET', '/api/sessions'),
  /** Without an id: everywhere but here. */
  endSession: (id?: string) =>
    send('DELETE', id ? `/api/sessions/${encodeURIComponent(id)}` : '/api/sessions'),
  signIn: () => json<SignIn>('GET', '/api/sign-in'),
  proposeTotp: (password: string) =>
    json<Totp>('POST', '/api/sign-in/totp', { body: { password }, quiet: true }),
  confirmTotp: (code: string) =>
    json<{ recovery_codes: string[] }>('PUT', '/api/sign-in/totp', { body: { code }, quiet: true }),
  stopTotp: (password: string) =>
    request('POST', '/api/sign-in/totp/off', { body: { password }, quiet: true }),
  renewCodes: (password: string) =>
    json<{ recovery_codes: string[] }>('POST', '/api/sign-in/recovery-codes', {
      body: { password },
      quiet: true,
    }),
  passkeyOptions: (password: string) =>
    json<PublicKeyCredentialCreationOptionsJSON>('POST', '/api/sign-in/passkeys/options', {
      body: { password },
      quiet: true,
    }),
  addPasskey: (name: string, credential: unknown) =>
    request('POST', '/api/sign-in/passkeys', { body: { name, credential }, quiet: true }),
  removePasskey: (id: string) =>
    send('DELETE', `/api/sign-in/passkeys/${encodeURIComponent(id)}`),
  tokens: () => json<Token[]>('GET', '/api/tokens'),
  makeToken: (body: {
    name: string;
    password: string;
    rights: Right[];
    cameras: string[];
    days: number;
  }) =>
    json<{ token: Token; secret: string }>('POST', '/api/tokens', { body, quiet: true }),
  endToken: (id: string) => send('DELETE', `/api/tokens/${encodeURIComponent(id)}`),

  unlock: (password: string) =>
    json<Session>('POST', '/api/unlock', { body: { password }, quiet: true }),

  keys: () => json<Keys>('GET', '/api/keys'),
  lock: () => json<Session>('POST', '/api/lock'),
  renewKey: () => json<{ keys: Keys; words: Words }>('POST', '/api/keys/rotate'),
  recovery: () => json<Recovery>('GET', '/api/recovery'),
  backup: () => request('POST', '/api/backup'),
  makeWords: () => json<Words>('POST', '/api/recovery/words'),
  confirmWords: (answers: Record<string, string>) =>
    json<{ made: string }>('POST', '/api/recovery/confirm', { body: { answers } }),
  forget: (minutes: number) =>
    json<{ cameras: string[] }>('POST', '/api/forget', { body: { minutes } }),

  members: () => json<Members>('GET', '/api/members'),
  changeMember: (id: string, body: { role?: Role; grants?: Grant[] }) =>
    json<Member>('PATCH', `/api/members/${encodeURIComponent(id)}`, { body }),
  removeMember: (id: string) =>
    json<{ cameras: string[] }>('DELETE', `/api/members/${encodeURIComponent(id)}`),
  invite: (body: { role: Role; name: string; grants: Grant[] }) =>
    json<{ invitation: Invitation; token: string }>('POST', '/api/members/invitations', { body }),
  uninvite: (id: string) => send('DELETE', `/api/members/invitations/${encodeURIComponent(id)}`),
  invited: (token: string) =>
    json<Invited>('POST', '/api/join/look', { body: { token }, quiet: true }),
  join: (token: string, name: string, password: string) =>
    json<Session>('POST', '/api/join', { body: { token, name, password }, quiet: true }),

  cameras: () => json<Camera[]>('GET', '/api/cameras'),
  camera: (id: string) => json<Camera>('GET', camera(id)),
  addCamera: (body: NewCamera) => json<Camera>('POST', '/api/cameras', { body }),
  changeCamera: (id: string, body: CameraChange) => json<Camera>('PATCH', camera(id), { body }),
  removeCamera: (id: string) => send('DELETE', camera(id)),
  probe: (body: Omit<NewCamera, 'name'>, signal?: AbortSignal) =>
    json<Probe>('POST', '/api/cameras/probe', { body, signal }),
  discover: () => json<{ devices: FoundDevice[] }>('POST', '/api/cameras/discover', { body: {} }),
  snooze: (id: string, minutes: number) => send('POST', `${camera(id)}/snooze`, { minutes }),

  openness: (id: string) => json<Openness>('GET', `${camera(id)}/openness`),
  newCameraPassword: (id: string) => json<NewPassword>('POST', `${camera(id)}/password`),
  pause: (id: string, body: { minutes: number } | { until: 'morning' }) =>
    json<Camera>('POST', `${camera(id)}/pause`, { body }),

  timeline: (id: string, from_us: number, to_us: number, signal?: AbortSignal) =>
    json<Timeline>('GET', `${camera(id)}/timeline${range(from_us, to_us)}`, { signal }),
  segments: (
    id: string,
    stream: StreamName,
    from_us: number,
    to_us: number,
    signal?: AbortSignal,
  ) =>
    json<Segment[]>('GET', `${camera(id)}/segments${range(from_us, to_us)}&stream=${stream}`, {
      signal,
    }),
  segmentInit: (id: string, track: TrackName, signal?: AbortSignal) =>
    request('GET', `/api/segments/${id}/init?track=${track}`, { signal }),
  segmentMedia: (
    id: string,
    track: TrackName,
    span: { from_us: number; to_us: number; keyFrames: boolean },
    signal?: AbortSignal,
  ) =>
    request(
      'GET',
      `/api/segments/${id}/media${query({ track, from_us: Math.floor(span.from_us), to_us: Math.ceil(span.to_us), key_frames: span.keyFrames ? 1 : 0 })}`,
      { signal },
    ),
  exportPlan: (id: string, from_us: number, to_us: number) =>
    json<Export>('GET', `${camera(id)}/export${range(from_us, to_us)}`),
  deleteFootage: (id: string, from_us: number, to_us: number) =>
    send('DELETE', `${camera(id)}/footage${range(from_us, to_us)}`),

  kept: () => json<Kept[]>('GET', '/api/kept'),
  keep: (body: { camera: string; from: string; to: string; note?: string }) =>
    json<Kept>('POST', '/api/kept', { body }),
  renameKept: (id: string, note: string) =>
    json<Kept>('PATCH', `/api/kept/${encodeURIComponent(id)}`, { body: { note } }),
  unkeep: (id: string) => send('DELETE', `/api/kept/${encodeURIComponent(id)}`),

  events: (filter: EventFilter, signal?: AbortSignal) =>
    json<EventPage>('GET', `/api/events${query({ ...filter })}`, { signal }),
  event: (id: string) => json<Event>('GET', event(id)),
  deleteEvent: (id: string) => send('DELETE', event(id)),
  correct: (id: string, body: Correction) => send('PUT', `${event(id)}/correction`, body),
  uncorrect: (id: string) => send('DELETE', `${event(id)}/correction`),

  diary: (filter: { camera?: string; person?: string; before?: number; limit?: number }) =>
    json<DiaryPage>('GET', `/api/diary${query(filter)}`),
  diaryCheckpoint: () => json<DiaryCheckpoint>('GET', '/api/diary/checkpoint'),
  diaryProof: (old: number, size: number) =>
    json<DiaryProof>('GET', `/api/diary/proof${query({ old, size })}`),
  erasePerson: (member: string) =>
    send('DELETE', `/api/diary/people/${encodeURIComponent(member)}`),

  shares: () => json<Share[]>('GET', '/api/shares'),
  share: (body: { camera: string; from: string; to: string; stream: StreamName; sound: boolean }) =>
    json<Share>('POST', '/api/shares', { body }),
  makeLink: (
    id: string,
    body: { hours: number; opens: number | null; passphrase: string | null },
  ) => json<{ link: string }>('POST', `${share(id)}/link`, { body }),
  shareLink: (id: string) => json<{ link: string }>('GET', `${share(id)}/link`),
  mailLink: (id: string, to: string) => send('POST', `${share(id)}/mail`, { to }),
  endShare: (id: string) => send('DELETE', share(id)),

  settings: () => json<Settings>('GET', '/api/settings'),
  changeSettings: (body: Partial<Settings>) => json<Settings>('PATCH', '/api/settings', { body }),
  channels: () => json<Channels>('GET', '/api/channels'),
  makeChannel: (body: Notifier) => json<Notifier>('POST', '/api/channels', { body }),
  changeChannel: (id: string, body: Notifier) => json<Notifier>('PUT', channel(id), { body }),
  endChannel: (id: string) => send('DELETE', channel(id)),
  testChannel: (id: string) => send('POST', `${channel(id)}/test`),
  storage: () => json<StorageReport>('GET', '/api/storage'),
  acknowledgeDiary: () => send('POST', '/api/problems/diary/acknowledge'),
  confirmClock: () => send('POST', '/api/problems/clock/confirm'),
  problems: () => json<Problem[]>('GET', '/api/problems'),
};

/** Addresses the browser fetches by itself. */
export const url = {
  snapshot: (id: string, width?: number) => `${camera(id)}/snapshot.jpg${query({ width })}`,
  preview: (id: string, at_us: number, width: number) =>
    `${camera(id)}/preview.jpg${query({ at_us: Math.floor(at_us), width })}`,
  picture: (id: string, options: { crop?: boolean; width?: number } = {}) =>
    `${event(id)}/picture.jpg${query({ crop: options.crop ? 1 : undefined, width: options.width })}`,
  clip: (id: string) => `${event(id)}/clip.mp4`,
  sharePreview: (id: string) => `${share(id)}/preview.mp4`,
  export: (id: string, from_us: number, to_us: number) =>
    `${camera(id)}/export.mp4${range(from_us, to_us)}`,
  live: (id: string, stream: StreamName, audio: boolean) =>
    `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${camera(id)}/live?stream=${stream}&audio=${audio ? 1 : 0}`,
  feed: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/feed`,
};
