/** Written by api-types.mjs from the hub's OpenAPI document. */

import type { Label, StreamName } from './everywhere.ts';

export interface EventSummary {
  id: string;
  label: Label;
  start_us: number;
  end_us: number | null;
  score: number;
  alert: boolean;
}

export interface ExportPlan {
  seconds: number;
  lead_seconds: number;
  bytes: number;
  codec: string;
}

export interface ForgetBody {
  minutes: number;
}

export interface Forgotten {
  cameras: string[];
}

export interface Gap {
  from_us: number;
  to_us: number;
  reason: string;
}

export interface Kept {
  id: string;
  camera: string;
  from: string;
  to: string;
  from_us: number;
  to_us: number;
  note: string;
  made: string;
}

export interface KeptBody {
  camera: string;
  from: string;
  to: string;
  note?: string;
}

export interface KeptChange {
  note: string;
}

export interface Segment {
  id: string;
  stream: StreamName;
  run: string;
  start_us: number;
  end_us: number;
  media_start_us: number;
  video: SegmentVideo;
  audio: SegmentAudio | null;
  key_frames_us: number[];
}

export interface SegmentAudio {
  codec: string;
}

export interface SegmentVideo {
  codec: string;
  width: number;
  height: number;
}

export interface Timeline {
  recorded: [number, number][];
  gaps: Gap[];
  motion: [number, number][];
  events: EventSummary[];
  kept: [number, number][];
}
