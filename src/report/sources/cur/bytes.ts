import { type FileHandle, open } from 'node:fs/promises'

/** A file of a bill, wherever it lies: read in parts, or from its beginning to its end. */
export interface Bytes {
  readonly size: number
  read(start: number, end: number): Promise<Buffer>
  stream(): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

const PIECE_BYTES = 1024 * 1024

/** A file on this machine. */
export async function bytesOfFile(path: string): Promise<Bytes> {
  const file = await open(path)
  const { size } = await file.stat()
  const read = (start: number, end: number) => readPart(file, start, end)
  return {
    size,
    read,
    async *stream() {
      for (let at = 0; at < size; at += PIECE_BYTES) yield await read(at, Math.min(size, at + PIECE_BYTES))
    },
    close: () => file.close(),
  }
}

async function readPart(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(end - start)
  const { bytesRead } = await file.read(buffer, 0, end - start, start)
  return buffer.subarray(0, bytesRead)
}
