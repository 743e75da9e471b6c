import { describe, expect, test } from '@jest/globals'
import { runLine } from '../run.ts'

describe('completion', () => {
  test.each([
    ['completion bash', {}, 'for bash'],
    ['completion zsh', {}, 'for zsh'],
    ['completion fish', { SHELL: '/bin/bash' }, 'for fish'],
    ['completion', { SHELL: '/usr/bin/zsh' }, 'for zsh'],
  ])('%s with %j prints the script %s, and how to install it', async (line, env, title) => {
    const { code, stdout, stderr } = await runLine(line.split(' '), { env })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`# Completion of bedrock-monitor ${title}.`)
    expect(stdout).toMatch(/^# {3}bedrock-monitor completion \w+/m)
  })

  test('asks for the shell where SHELL names another', async () => {
    const { code, stdout, stderr } = await runLine(['completion'], { env: { SHELL: '/bin/tcsh' } })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      "error: completion: no script for the shell in SHELL: '/bin/tcsh'\nhint: name bash or zsh or fish\n",
    )
  })

  test('asks after a shell that is mistyped', async () => {
    expect((await runLine(['completion', 'bahs'])).stderr).toContain('hint: did you mean bash?')
  })

  test('says in its help how to install it', async () => {
    const { stdout } = await runLine(['completion', '--help'])
    for (const shell of ['BASH', 'ZSH', 'FISH']) expect(stdout).toContain(`INSTALL IT FOR ${shell}`)
  })

  test('hands the script to a program, too', async () => {
    const { stdout } = await runLine(['completion', 'fish', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ command: 'completion', shell: 'fish', script: expect.any(String) })
  })
})
