import { Writable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { createIo } from '../../src/ui/io.ts'
import { createOutput, WIDTH_WITHOUT_TERMINAL } from '../../src/ui/output.ts'
import { FakeStream, fakeProcess } from './fake-terminal.ts'

describe('somebody is there to answer', () => {
  test.each([
    ['on a terminal', { tty: true, env: {} }, {}, true],
    ['not on a pipe', { tty: false, env: {} }, {}, false],
    ['not with --no-input', { tty: true, env: {} }, { input: false }, false],
    ['not where CI is set', { tty: true, env: { CI: 'true' } }, {}, false],
    ['where CI is set to false', { tty: true, env: { CI: 'false' } }, {}, true],
    ['not on a dumb terminal', { tty: true, env: { TERM: 'dumb' } }, {}, false],
  ])('%s', (_, host, options, expected) => {
    expect(createIo(fakeProcess(host as { tty: boolean; env: Record<string, string> }), options).isInteractive).toBe(
      expected,
    )
  })

  test('not when only stdin is a pipe', () => {
    const host = { ...fakeProcess({ tty: true }), stdin: fakeProcess({ tty: false }).stdin }
    expect(createIo(host).isInteractive).toBe(false)
    expect(createIo(host).isLive).toBe(true)
  })
})

describe('the width of an output', () => {
  test.each([
    ['is the terminal’s', { tty: true, columns: 97 }, {}, 97],
    ['is COLUMNS where that is set', { tty: true, columns: 97 }, { COLUMNS: '60' }, 60],
    ['is the terminal’s where COLUMNS is no number', { tty: true, columns: 97 }, { COLUMNS: 'wide' }, 97],
    ['is the common one where the terminal does not know its own', { tty: true, columns: 0 }, {}, 80],
    ['is wide where there is no terminal', {}, {}, WIDTH_WITHOUT_TERMINAL],
  ])('%s', (_, stream, env, width) => {
    expect(createOutput(new FakeStream(stream), env, true).width).toBe(width)
  })

  test('follows the terminal when that is resized', () => {
    const stream = new FakeStream({ tty: true, columns: 80 })
    const output = createOutput(stream, {}, true)
    stream.columns = 140
    expect(output.width).toBe(140)
  })
})

describe('what is printed for a person', () => {
  const text = 'Zürich · –1.5 → … ✔ █▁▇ 模 × ’'
  const plainer = "Zurich - -1.5 -> ... + #_* ?? x '"
  test.each([
    [{}, text],
    [{ LANG: 'de_DE.UTF-8' }, text],
    [{ LANG: 'C', LC_CTYPE: 'C.utf8' }, text],
    [{ LANG: 'C.UTF-8', LC_ALL: '' }, text],
    [{ LC_CTYPE: 'UTF-8' }, text],
    [{ LANG: 'C' }, plainer],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, plainer],
    [{ LANG: 'en_US.UTF-8', LC_CTYPE: 'POSIX' }, plainer],
    [{ LANG: 'de_DE.ISO-8859-1' }, plainer],
    [{ TERM: 'dumb', LANG: 'en_US.UTF-8' }, plainer],
    [{ TERM: 'linux' }, plainer],
  ])('keeps to the characters that %j shows', (env, expected) => {
    const stream = new FakeStream({ tty: true })
    const output = createOutput(stream, env, false)
    output.line(text)
    output.write(text)
    expect(stream.text).toBe(`${expected}\n${text}`)
  })

  test('steers no CI by what becomes of its characters', () => {
    const stream = new FakeStream({})
    createOutput(stream, { LANG: 'C' }, false).line('：：warning：：x ＃＃[group]')
    expect(stream.text).toBe(': :warning::x # #[group]\n')
  })
})

describe('a result that cannot be written', () => {
  const failing = (code: string) =>
    new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })) })

  test('is no error where the reader has gone away', async () => {
    const output = createOutput(failing('EPIPE'), {}, true)
    output.line('one')
    expect(await output.flush()).toBeUndefined()
    output.line('two')
    expect(await output.flush()).toBeUndefined()
  })

  test('is an error where the disk is full', async () => {
    const output = createOutput(failing('ENOSPC'), {}, true)
    output.line('one')
    expect(await output.flush()).toMatchObject({ code: 'ENOSPC' })
  })
})
