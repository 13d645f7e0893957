/** What the page knows of the household: cameras, problems, settings, the newest events. Fed by /api/feed. */

import { api, whenLocked, whenSignedOut } from '../api/client';
import { listen } from '../api/feed';
import type {
  Camera,
  Event,
  FeedMessage,
  Notifier,
  Problem,
  Right,
  Role,
  Session,
  Settings,
} from '../api/types';
import { language, t } from '../i18n/index.svelte';
import { toasts } from './toasts.svelte';

export type Entry = 'loading' | 'setup' | 'signed_out' | 'signed_in' | 'no_hub';

class Home {
  entry = $state<Entry>('loading');
  name = $state('');
  member = $state<string | null>(null);
  role = $state<Role>('guest');
  /** Nothing recorded can be watched until somebody types a password. */
  locked = $state(false);
  /** How often the recordings were unlocked since: what waited for that is asked for again. */
  unlockings = $state(0);
  /** Null while loading. */
  cameras = $state.raw<Camera[] | null>(null);
  problems = $state.raw<Problem[]>([]);
  /** The owner's; null for everybody else. */
  settings = $state.raw<Settings | null>(null);
  /** Where alerts go: one's own channels, the owner's list has all. */
  channels = $state.raw<Notifier[]>([]);
  /** False while the connection to the hub is down. */
  connected = $state(true);
  /** Newest event per camera. */
  last = $state.raw<Record<string, Event>>({});
  moving = $state.raw<Record<string, boolean>>({});
  /** Newest message about an event; pages that list events watch it. */
  news = $state.raw<Event | null>(null);

  /** Who watches indoor cameras live, by camera: also of rooms that are not among `cameras`. */
  watching = $state.raw<Record<string, { name: string; people: string[] }>>({});

  #zone = $state<string | null>(null);
  #hangUp: () => void = () => undefined;

  get owner(): boolean {
    return this.role === 'owner';
  }

  /** Adult residents see the diary and storage. */
  get grownUp(): boolean {
    return this.role === 'owner' || this.role === 'adult';
  }

  get zone(): string {
    return this.settings?.time_zone ?? this.#zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  /** Who watches an indoor camera live right now, oneself included: on another device, too. */
  watchers(camera: string): string[] {
    return this.watching[camera]?.people ?? [];
  }

  /** May this person switch the camera off for a while? */
  mayPause(camera: Camera): boolean {
    return this.owner || (this.grownUp && camera.place === 'indoor');
  }

  camera(id: string | undefined): Camera | undefined {
    return this.cameras?.find((camera) => camera.id === id);
  }

  /** Does this person have the right, with this camera or with any? */
  may(right: Right, camera?: string): boolean {
    const cameras = this.cameras ?? [];
    return cameras.some(({ id, rights }) => (!camera || id === camera) && rights.includes(right));
  }

  /** The first camera whose recordings this person may see. */
  get played(): string | undefined {
    return this.cameras?.find(({ rights }) => rights.includes('recordings'))?.id;
  }

  async start(): Promise<void> {
    whenSignedOut(() => this.leave());
    whenLocked(() => {
      this.locked = true;
    });
    try {
      const session = await api.session();
      this.know(session);
      this.entry = session.state;
      if (session.state === 'signed_in') this.enter();
    } catch {
      this.entry = 'no_hub';
      window.setTimeout(() => void this.start(), 2000);
    }
  }

  /** Take what the hub says of this session. */
  know(session: Session): void {
    this.name = session.name ?? '';
    this.member = session.member ?? null;
    this.role = session.role ?? 'guest';
    if (this.locked && !session.locked) this.unlockings += 1;
    this.locked = session.locked ?? false;
    this.#zone = session.time_zone ?? null;
    if (session.language) language.suggest(session.language);
  }

  enter(): void {
    this.entry = 'signed_in';
    this.#hangUp();
    this.#hangUp = listen({
      onopen: () => {
        this.connected = true;
        this.watching = {}; // the feed begins with who watches now
        void this.refresh();
      },
      onover: () => this.leave(),
      onlost: () => {
        this.connected = false;
        // Nobody knows who watches now, and what moves.
        this.watching = {};
        this.moving = {};
      },
      onmessage: (message) => this.#hear(message),
    });
  }

  leave(): void {
    this.#hangUp();
    this.entry = 'signed_out';
    this.cameras = null;
    this.settings = null;
    this.channels = [];
    this.last = {};
    this.watching = {};
    toasts.clear();
  }

  async refresh(): Promise<void> {
    const session = await api.session();
    if (session.state !== 'signed_in') return this.leave();
    this.know(session);
    const [cameras, problems, settings, recent, sent] = await Promise.all([
      api.cameras(),
      api.problems(),
      this.owner ? api.settings() : null,
      api.events({ limit: 50 }),
      this.role === 'guest' ? null : api.channels(),
    ]);
    this.channels = sent?.channels ?? [];
    this.settings = settings;
    this.cameras = sorted(cameras);
    this.problems = problems;
    const last: Record<string, Event> = {};
    for (const event of recent.events) last[event.camera] ??= event;
    this.last = last;
  }

  /** A camera as the hub answered it, new or changed. */
  put(camera: Camera): void {
    const others = (this.cameras ?? []).filter(({ id }) => id !== camera.id);
    this.cameras = sorted([...others, camera]);
  }

  drop(id: string): void {
    this.cameras = (this.cameras ?? []).filter((camera) => camera.id !== id);
  }

  #hear(message: FeedMessage): void {
    switch (message.type) {
      case 'alert':
        toasts.alert(message.event);
        this.#event(message.event);
        break;
      case 'event':
        this.#event(message.event);
        break;
      case 'camera':
        this.put(message.camera);
        break;
      case 'camera_gone':
        this.drop(message.id);
        break;
      case 'motion':
        this.moving = { ...this.moving, [message.camera]: message.moving };
        break;
      case 'watching':
        this.watching = { ...this.watching, [message.camera]: message };
        break;
      case 'sign_in':
        if (message.member !== this.member)
          toasts.done(t('people.signed_in', { name: message.name, device: message.device }));
        break;
      case 'problem':
        this.problems = [
          ...this.problems.filter(({ id }) => id !== message.problem.id),
          message.problem,
        ];
        break;
      case 'problem_over':
        this.problems = this.problems.filter(({ id }) => id !== message.id);
        break;
    }
  }

  #event(event: Event): void {
    this.news = event;
    const known = this.last[event.camera];
    if (!known || known.start_us <= event.start_us)
      this.last = { ...this.last, [event.camera]: event };
  }
}

function sorted(cameras: Camera[]): Camera[] {
  return cameras.toSorted((a, b) => a.order - b.order || a.name.localeCompare(b.name));
}

export const home = new Home();
