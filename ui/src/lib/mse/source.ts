/** The browser's MediaSource, or the one of iPhones (ManagedMediaSource), behind one name. */

declare global {
  interface Window {
    ManagedMediaSource?: typeof MediaSource;
  }
}

const Source: typeof MediaSource | undefined = window.ManagedMediaSource ?? window.MediaSource;

export function mime(track: 'video' | 'audio', codec: string): string {
  return `${track}/mp4; codecs="${codec}"`;
}

export function plays(track: 'video' | 'audio', codec: string): boolean {
  return Source?.isTypeSupported(mime(track, codec)) ?? false;
}

/** False where there is no MediaSource (iPhones before iOS 17.1) or no H.264 (Firefox on a Linux without FFmpeg). */
export function playsH264(): boolean {
  return plays('video', 'avc1.42E01E');
}

/** Give the element a fresh MediaSource; resolves when it is open. */
export function attach(video: HTMLVideoElement): Promise<MediaSource> {
  if (!Source) return Promise.reject(new Error('This browser has no MediaSource.'));
  const source = new Source();
  const address = URL.createObjectURL(source);
  // ManagedMediaSource opens only where playing to a television is ruled out.
  if (window.ManagedMediaSource) video.disableRemotePlayback = true;
  return new Promise((resolve) => {
    source.addEventListener(
      'sourceopen',
      () => {
        URL.revokeObjectURL(address);
        resolve(source);
      },
      { once: true },
    );
    video.src = address;
  });
}

export function detach(video: HTMLVideoElement): void {
  video.removeAttribute('src');
  video.load();
}
