/** The whole screen for a picture. */

declare global {
  interface HTMLVideoElement {
    webkitEnterFullscreen?: () => void;
  }
}

/** Show `stage` on the whole screen; on an iPhone, which grants that to nothing else, its video. */
export function fillScreen(stage: HTMLElement, video: HTMLVideoElement | undefined): void {
  // Whoever forbids it (a page in a frame, a child's account) sees the picture as it is.
  if ('requestFullscreen' in stage) stage.requestFullscreen().catch(() => undefined);
  else video?.webkitEnterFullscreen?.();
}
