/** Files that the page itself hands to the person: pictures it took, answers it fetched. */

const FREED_AFTER = 60_000; // ms; a phone asks first where to put it

/** Let the browser save `content` as a file of that name. */
export function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), FREED_AFTER);
}

/** Read an answer to its end, telling how many bytes came; the browser keeps large ones on its disk. */
export function whole(answer: Response, tell: (bytes: number) => void): Promise<Blob> {
  let bytes = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, out) {
      bytes += chunk.byteLength;
      tell(bytes);
      out.enqueue(chunk);
    },
  });
  return new Response(answer.body?.pipeThrough(counter)).blob();
}
