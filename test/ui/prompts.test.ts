import { describe, expect, test } from '@jest/globals'
import { createIo } from '../../src/ui/io.ts'
import { createPrompter } from '../../src/ui/prompts.ts'
import { fakeProcess } from './fake-terminal.ts'

const CHOICES = [
  { value: 'retry', title: 'retry' },
  { value: 'skip', title: 'skip' },
] as const

function answering(keys: string) {
  const process = fakeProcess({ tty: true })
  setImmediate(() => process.stdin.type(keys))
  return { process, prompter: createPrompter(createIo(process)) }
}

describe('on a terminal', () => {
  test.each([
    ['y means yes', 'y', true],
    ['n means no', 'n', false],
    ['Enter alone means no', '\r', false],
  ])('%s', async (_, keys, expected) => {
    expect(await answering(keys).prompter.confirm('Apply this?', '--yes')).toBe(expected)
  })

  test('the question goes to stderr', async () => {
    const { process, prompter } = answering('y')
    await prompter.confirm('Apply this?', '--yes')
    expect(process.stderr.text).toContain('Apply this?')
    expect(process.stdout.text).toBe('')
  })

  test('a choice is made with the arrow keys', async () => {
    expect(await answering('\u001b[B\r').prompter.choose('What now?', CHOICES, '--yes')).toBe('skip')
  })

  test('Ctrl-C is an interruption, not an answer', async () => {
    await expect(answering('\u0003').prompter.confirm('Apply this?', '--yes')).rejects.toMatchObject({
      kind: 'interrupted',
    })
  })
})

test('where nobody is there, nothing waits: the error names the flag to pass', async () => {
  const prompter = createPrompter(createIo(fakeProcess({ tty: false })))
  await expect(prompter.confirm('Apply this?', '--yes')).rejects.toMatchObject({ kind: 'usage', hint: 'pass --yes' })
  await expect(prompter.choose('What now?', CHOICES, '--yes')).rejects.toMatchObject({ kind: 'usage' })
})
