import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { records } from './records.js'

const OBJECT_BYTES = 8 * 2 ** 20

/**
 * A folder of gzipped logs of at least `bytes` raw, kept between runs by seed and size.
 * @returns {{ folder: string, files: string[], rawBytes: number, gzipBytes: number }}
 */
export function logsOf(bytes, seed, kind) {
  const name = `bedrock-monitor-bench-v1-${seed}-${bytes}${kind === undefined ? '' : `-kind${kind}`}`
  const folder = join(tmpdir(), name)
  if (!existsSync(folder)) write(folder, bytes, seed, kind)
  const files = readdirSync(folder).map((file) => join(folder, file))
  return {
    folder,
    files,
    rawBytes: files.length * OBJECT_BYTES,
    gzipBytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
  }
}

/** Written beside its place and then moved there, so that a run cut short leaves nothing that looks whole. */
function write(folder, bytes, seed, kind) {
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished)
  const source = records(seed, kind)
  for (let object = 0; object * OBJECT_BYTES < bytes; object++) {
    const lines = []
    for (let size = 0; size < OBJECT_BYTES; ) {
      const line = `${source.next().value}\n`
      lines.push(line)
      size += Buffer.byteLength(line)
    }
    const file = `20260901T000000000Z_${object.toString(16).padStart(16, '0')}.json.gz`
    writeFileSync(join(unfinished, file), gzipSync(lines.join('')))
  }
  renameSync(unfinished, folder)
}
