/** A playback as the page sees it: reactive, and alive before its video element exists. */

import { untrack } from 'svelte';

import type { StreamName } from '../api/types';
import { SECOND } from '../time/zone';
import { Playback, type Phase, type PlaybackOptions } from './player';

export const RATES = [0.5, 1, 2, 4, 8, 16] as const;

export interface SessionOptions {
  camera: string;
  streams: StreamName[];
  start_us: number;
  playing: boolean;
  until_us?: number;
}

export class PlaybackSession {
  phase = $state<Phase>('loading');
  position = $state(0);
  playing = $state(false);
  rate = $state(1);
  muted = $state(true);
  /** A gap that was just jumped, said for a few seconds. */
  jumped = $state.raw<{ from_us: number; to_us: number } | null>(null);
  /** Set while the smaller picture plays because the browser cannot play the larger one. */
  fell = $state<StreamName | null>(null);

  readonly options: SessionOptions;
  #player: Playback | null = null;
  #hush = 0;

  constructor(options: SessionOptions) {
    this.options = options;
    this.position = options.start_us;
    this.playing = options.playing;
  }

  /** For `{@attach session.attach}` on the video element. */
  attach = (video: HTMLVideoElement): (() => void) => {
    const { camera, streams, until_us } = this.options;
    const options: PlaybackOptions = {
      camera,
      streams,
      ...(until_us === undefined ? {} : { until_us }),
      onphase: (phase) => {
        this.phase = phase;
        if (phase === 'ended') this.playing = false;
      },
      onposition: (at) => {
        this.position = at;
      },
      ongap: (from_us, to_us) => this.#say(from_us, to_us),
      onfall: (stream) => {
        this.fell = stream;
      },
    };
    const player = new Playback(video, options);
    this.#player = player;
    // Untracked: an attachment runs again when what it read changes, and the position changes all the time.
    untrack(() => {
      player.seek(this.position);
      if (this.playing) player.play();
    });
    return () => {
      this.#player = null;
      window.clearTimeout(this.#hush);
      player.destroy();
    };
  };

  seek(to_us: number): void {
    this.position = to_us;
    this.#player?.seek(to_us);
    if (this.playing) this.#player?.play();
  }

  step(seconds: number): void {
    this.seek(this.position + seconds * SECOND);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    const { until_us, start_us } = this.options;
    if (this.phase === 'ended' && until_us !== undefined) this.seek(start_us);
    this.playing = true;
    this.#player?.play();
  }

  pause(): void {
    this.playing = false;
    this.#player?.pause();
  }

  setRate(rate: number): void {
    this.rate = rate;
    this.#player?.rate(rate);
  }

  faster(by: 1 | -1): void {
    const at = RATES.findIndex((rate) => rate === this.rate) + by;
    const rate = RATES[at];
    if (rate !== undefined) this.setRate(rate);
  }

  #say(from_us: number, to_us: number): void {
    this.jumped = { from_us, to_us };
    window.clearTimeout(this.#hush);
    this.#hush = window.setTimeout(() => {
      this.jumped = null;
    }, 5000);
  }
}
