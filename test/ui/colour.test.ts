import { WriteStream } from 'node:tty'
import { describe, expect, test } from '@jest/globals'
import { colourLevel } from '../../src/ui/output.ts'

const terminal = (bits: number) => ({ isTTY: true, getColorDepth: () => bits })
/** One that asks the environment. */
const real = { isTTY: true, getColorDepth: WriteStream.prototype.getColorDepth }

describe('the number of colours', () => {
  test.each([
    ['a pipe has none', {}, {}, true, 0],
    ['a terminal has what it says: none', terminal(1), {}, true, 0],
    ['a terminal has what it says: sixteen', terminal(4), {}, true, 1],
    ['a terminal has what it says: 256', terminal(8), {}, true, 2],
    ['a terminal has what it says: all', terminal(24), {}, true, 3],
    ['NO_COLOR takes them away', terminal(24), { NO_COLOR: '1' }, true, 0],
    ['an empty NO_COLOR says nothing', real, { NO_COLOR: '', TERM: 'xterm-256color' }, true, 2],
    ['FORCE_COLOR gives a pipe sixteen', {}, { FORCE_COLOR: 'true' }, true, 1],
    ['FORCE_COLOR=3 gives a pipe all', {}, { FORCE_COLOR: '3' }, true, 3],
    ['FORCE_COLOR=0 takes them away', terminal(24), { FORCE_COLOR: '0' }, true, 0],
    ['FORCE_COLOR beats NO_COLOR, as in Node', {}, { FORCE_COLOR: '2', NO_COLOR: '1' }, true, 2],
    ['--no-color beats FORCE_COLOR', terminal(24), { FORCE_COLOR: '3' }, false, 0],
  ])('%s', (_, stream, env, wanted, level) => {
    expect(colourLevel(stream, env, wanted)).toBe(level)
  })
})
