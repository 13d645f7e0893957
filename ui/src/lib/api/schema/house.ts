/** Written by api-types.mjs from the hub's OpenAPI document. */

import type { Hours, Language } from './everywhere.ts';

export interface Breach {
  invariant: string;
  where: string;
  sentence: string;
}

export interface CameraStorage {
  id: string;
  bytes: number;
  bytes_per_day: number;
  days_kept: number;
  forecast_days: number | null;
}

export interface CheckBody {
  samples?: number;
}

export interface CheckReport {
  breaches: Breach[];
  segments: number;
  opened_segments: number;
  opened_units: number;
  opened_pictures: number;
  locked: boolean;
}

export interface Problem {
  id: string;
  code: ProblemCode;
  camera: string | null;
  since: string;
  message: string;
}

export type ProblemCode =
  | 'camera_down'
  | 'disk_full'
  | 'disk_failing'
  | 'disk_missing'
  | 'disk_decay'
  | 'database'
  | 'retention_short'
  | 'recorder_behind'
  | 'clock'
  | 'watcher'
  | 'notifier'
  | 'certificate'
  | 'guessing'
  | 'diary';

export interface Settings {
  language: Language;
  time_zone: string;
  quiet_hours: Hours[];
  cool_down_s: number;
  address: string;
  known_address: string | null;
}

export interface SettingsChange {
  language?: Language | null;
  time_zone?: string | null;
  quiet_hours?: Hours[] | null;
  cool_down_s?: number | null;
  address?: string | null;
}

export interface Storage {
  free_bytes: number;
  total_bytes: number;
  path: string;
  cameras: CameraStorage[];
}
