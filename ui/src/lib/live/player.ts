/**
 * Live pictures: fMP4 parts over a WebSocket into MediaSource, 150-250 ms behind the camera.
 *
 * The hub sends the current group of pictures in one burst, then every part as it comes. The player jumps to
 * the edge and keeps its distance by playing a little faster or slower. `start` and `stop` may be called at
 * any time; between them the player reconnects by itself.
 */

import { url } from '../api/client';
import type { CameraState, StreamName } from '../api/types';
import { BufferQueue, joined } from '../mse/buffer';
import { attach, detach, mime, plays } from '../mse/source';

export type LiveStatus =
  | { kind: 'connecting' }
  | { kind: 'playing'; stream: StreamName }
  | { kind: 'camera'; state: CameraState; message: string }
  | { kind: 'unplayable' };

export interface LiveOptions {
  camera: string;
  stream: StreamName;
  /** The smaller stream exists: the player may fall to it when main is too much. */
  hasSub: boolean;
  audio: boolean;
  onstatus: (status: LiveStatus) => void;
  /** The player fell to the smaller stream, because of the codec or of a slow connection. */
  onfall: (reason: 'codec' | 'slow') => void;
  /** Pictures were skipped, and there is no smaller stream to fall to. */
  onskip: () => void;
}

interface InitMessage {
  type: 'init';
  stream: StreamName;
  track: 'video' | 'audio';
  codec: string;
}
interface StateMessage {
  type: 'state';
  state: CameraState;
  message: string;
}
type Message = InitMessage | StateMessage | { type: 'slow' };

interface Track {
  codec: string;
  init: Uint8Array<ArrayBuffer> | null;
  queue: BufferQueue | null;
  /** Parts waiting for the SourceBuffer; joined to one append. */
  parts: Uint8Array<ArrayBuffer>[];
}

const HEADER = 16;
// A picture is painted `slack` seconds after its part came: what is left to play when it is appended.
const AIM = 0.1; // seconds of slack; less stutters when the hub or this machine is busy
const AIM_MOST = 0.6;
const DRY = 0.005;
const AIM_RISE = 0.04; // after the picture ran dry
const AIM_FALL = 0.001; // each tick without that
const WINDOW = 8; // parts of which the smallest slack counts: network jitter comes in bunches
const PICTURE = 0.1; // the longest a picture usually lasts: the newest one counts as its whole length
const JUMP = 1; // more slack than this is jumped, not played off
const KEEP = 6; // seconds of past kept in the buffer
const BACKOFF = [0.3, 0.6, 1.2, 2.5, 5, 10];

export class LivePlayer {
  #video: HTMLVideoElement;
  #options: LiveOptions;
  #stream: StreamName;
  #socket: WebSocket | null = null;
  #source: MediaSource | null = null;
  /** The attempt to open a MediaSource under way; a newer one, or a stop, makes it stale. */
  #opening: object | null = null;
  #playing = false;
  #tracks = new Map<'video' | 'audio', Track>();
  #expected: InitMessage | null = null;
  #slacks: number[] = [];
  /** Milliseconds from the newest part's arrival at the hub to its append here. */
  #transit = 0;
  #arrival = 0;
  #aim = AIM;
  #tries = 0;
  #retry = 0;
  #tick = 0;
  #running = false;

  #onerror = (): void => {
    if (this.#running && this.#video.error) this.#again(); // a part the decoder could not take
  };

  constructor(video: HTMLVideoElement, options: LiveOptions) {
    this.#video = video;
    this.#options = options;
    this.#stream = options.stream;
  }

  get stream(): StreamName {
    return this.#stream;
  }

  /** Milliseconds from a part's arrival at the hub to its picture here; both clocks must agree (loopback). */
  get latency(): number | null {
    const slack = this.#slacks.at(-1);
    return slack === undefined || !this.#playing ? null : this.#transit + slack * 1000;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#tries = 0;
    this.#video.addEventListener('error', this.#onerror);
    this.#tick = window.setInterval(() => this.#follow(), 200);
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#video.removeEventListener('error', this.#onerror);
    window.clearInterval(this.#tick);
    window.clearTimeout(this.#retry);
    this.#hangUp();
    this.#teardown();
    detach(this.#video);
  }

  /** Open the one socket: an attempt still waiting, or a socket still there, is given up. */
  #connect(): void {
    window.clearTimeout(this.#retry);
    this.#hangUp();
    this.#options.onstatus({ kind: 'connecting' });
    const socket = new WebSocket(url.live(this.#options.camera, this.#stream, this.#options.audio));
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') this.#hear(JSON.parse(data) as Message);
      else this.#take(data);
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#again();
    };
    this.#socket = socket;
  }

  #hangUp(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    // Closing during the handshake is reported as an error by the browser; a moment later it is not.
    if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
    else socket.close();
  }

  #again(): void {
    this.#hangUp();
    this.#teardown();
    if (!this.#running) return;
    const wait = BACKOFF[Math.min(this.#tries, BACKOFF.length - 1)] ?? 10;
    this.#tries += 1;
    // A picture's error and a full buffer may both come before the next attempt: it stays one attempt.
    window.clearTimeout(this.#retry);
    this.#retry = window.setTimeout(
      () => this.#connect(),
      wait * 1000 * (0.75 + Math.random() / 2),
    );
    if (this.#tries > 1) this.#options.onstatus({ kind: 'connecting' });
  }

  #hear(message: Message): void {
    switch (message.type) {
      case 'init':
        this.#expected = message;
        break;
      case 'state':
        if (message.state !== 'online') {
          this.#options.onstatus({
            kind: 'camera',
            state: message.state,
            message: message.message,
          });
        }
        break;
      case 'slow':
        if (this.#stream === 'main' && this.#options.hasSub) this.#fall('slow');
        else this.#options.onskip();
        break;
    }
  }

  #fall(reason: 'codec' | 'slow'): void {
    this.#stream = 'sub';
    this.#options.onfall(reason);
    this.#teardown();
    this.#connect();
  }

  #take(data: ArrayBuffer): void {
    const kind = new DataView(data).getUint8(0);
    const bytes = new Uint8Array(data, HEADER);
    if (kind <= 1) this.#begin(kind === 0 ? 'video' : 'audio', bytes);
    else this.#part(kind === 2 ? 'video' : 'audio', bytes, data);
  }

  #begin(name: 'video' | 'audio', init: Uint8Array<ArrayBuffer>): void {
    const codec = this.#expected?.codec ?? '';
    this.#expected = null;
    if (!plays(name, codec)) {
      if (name === 'audio') return; // pictures without sound are better than neither
      if (this.#stream === 'main' && this.#options.hasSub) this.#fall('codec');
      else {
        this.#hangUp();
        this.#options.onstatus({ kind: 'unplayable' });
      }
      return;
    }
    // Parameters changed, or a run began whose time starts at zero again: a fresh MediaSource is the sure way.
    if (name === 'video' && this.#tracks.has('video')) this.#teardown();
    if (name === 'audio' && this.#source) {
      const video = this.#tracks.get('video');
      this.#teardown();
      if (video) this.#tracks.set('video', { ...video, queue: null, parts: [] });
    }
    this.#tracks.set(name, { codec, init, queue: null, parts: [] });
  }

  #part(name: 'video' | 'audio', bytes: Uint8Array<ArrayBuffer>, data: ArrayBuffer): void {
    const track = this.#tracks.get(name);
    if (!track) return;
    if (name === 'video') this.#arrival = Number(new DataView(data).getBigUint64(8));
    track.parts.push(bytes);
    if (this.#source) this.#flush(track);
    else if (!this.#opening) void this.#open();
  }

  async #open(): Promise<void> {
    const ticket = {};
    this.#opening = ticket;
    const source = await attach(this.#video);
    if (this.#opening !== ticket) return;
    this.#opening = null;
    if (source.readyState !== 'open') return; // closed again already: the next part opens another
    this.#source = source;
    source.duration = Infinity;
    for (const [name, track] of this.#tracks) {
      const queue = new BufferQueue(source.addSourceBuffer(mime(name, track.codec)));
      queue.onchange = () => {
        if (name === 'video') this.#follow();
        this.#flush(track);
      };
      queue.onfull = () => this.#again();
      track.queue = queue;
    }
    // All SourceBuffers exist before the first byte: afterwards the browser takes no more of them.
    for (const track of this.#tracks.values()) {
      if (track.init) track.queue?.append(track.init);
      this.#flush(track);
    }
  }

  #flush(track: Track): void {
    if (!track.queue || track.queue.busy || track.parts.length === 0) return;
    const parts = track.parts;
    track.parts = [];
    if (track === this.#tracks.get('video')) this.#measure(track.queue);
    track.queue.append(parts.length === 1 && parts[0] ? parts[0] : joined(parts));
  }

  /** Before a part is appended: how long until it is painted. */
  #measure(queue: BufferQueue): void {
    const ranges = queue.buffered;
    if (!ranges?.length || !this.#playing) return;
    const slack = ranges.end(ranges.length - 1) - this.#video.currentTime;
    this.#slacks = [...this.#slacks.slice(1 - WINDOW), slack];
    this.#transit = Date.now() - this.#arrival / 1000;
    // Chromium says `waiting` one picture before the end already; only this is a picture that stood still.
    const settled = this.#slacks.length === WINDOW && !this.#video.seeking;
    if (slack < DRY && settled) this.#aim = Math.min(AIM_MOST, this.#aim + AIM_RISE);
  }

  /** Keep the smallest slack of the last parts at `#aim`, by playing a little faster or slower. */
  #follow(): void {
    const video = this.#video;
    const ranges = this.#source ? video.buffered : null;
    if (!ranges?.length) return;
    const start = ranges.start(ranges.length - 1);
    const end = ranges.end(ranges.length - 1);
    if (video.currentTime < start || end - video.currentTime > JUMP + this.#aim) {
      video.currentTime = Math.max(start, end - this.#aim - PICTURE);
      video.playbackRate = 1;
      this.#slacks = [];
    } else if (this.#slacks.length === WINDOW) {
      const error = Math.min(...this.#slacks) - this.#aim;
      const rate = 1 + Math.max(-0.08, Math.min(0.15, error * 0.6));
      video.playbackRate = Math.abs(error) < 0.03 ? 1 : rate;
    }
    this.#aim = Math.max(AIM, this.#aim - AIM_FALL);
    if (video.paused) void video.play().catch(() => undefined);
    if (video.readyState >= 2 && !this.#playing) {
      this.#playing = true;
      this.#tries = 0;
      this.#options.onstatus({ kind: 'playing', stream: this.#stream });
    }
    this.#trim();
  }

  #trim(): void {
    const past = this.#video.currentTime - KEEP;
    for (const { queue } of this.#tracks.values()) {
      const ranges = queue?.buffered;
      if (queue && ranges?.length && !queue.busy && ranges.start(0) < past - KEEP)
        queue.remove(0, past);
    }
  }

  #teardown(): void {
    for (const { queue } of this.#tracks.values()) queue?.close();
    this.#tracks = new Map();
    this.#source = null;
    this.#opening = null;
    this.#playing = false;
    this.#slacks = [];
    this.#aim = AIM;
  }
}
