import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect, test } from '@jest/globals'

import { createOutput, wholeWrites } from '../../src/ui/output.ts'
import { inFolder } from '../support/folder.ts'

/** A stream to a file as Node makes it for a stdout that leads to one. */
const toFile = (fd: number) => Object.assign(new Writable(), { fd, _type: 'fs' })

test('what the system takes in parts is written whole', () =>
  inFolder({}, async (folder) => {
    const fd = openSync(join(folder, 'out'), 'w')
    const few = ((to: number, bytes: Buffer, from: number) =>
      writeSync(to, bytes, from, Math.min(3, bytes.length - from))) as typeof writeSync
    const output = createOutput(wholeWrites(toFile(fd), few), {}, false)
    output.line('ein Bär, zwei Bären')
    output.line('das Ende')
    expect(await output.flush()).toBeUndefined()
    closeSync(fd)
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('ein Bär, zwei Bären\ndas Ende\n')
  }))

test('a disk that becomes full within a write is an error', async () => {
  let room = 5
  const full = ((_: number, bytes: Buffer, from: number) => {
    if (room === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const taken = Math.min(room, bytes.length - from)
    room -= taken
    return taken
  }) as typeof writeSync
  const output = createOutput(wholeWrites(toFile(1), full), {}, false)
  output.line('more than there is room for')
  expect(await output.flush()).toMatchObject({ code: 'ENOSPC' })
  expect(output.isGone).toBe(true)
})

test('streams to terminals and pipes are left as they are', () => {
  const stream = new Writable()
  expect(wholeWrites(stream)).toBe(stream)
})
