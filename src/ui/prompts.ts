import type { PromptObject } from 'prompts'
import { interrupted, usageError } from '../core/errors.ts'
import type { Io } from './io.ts'
import { clean } from './text.ts'

interface Choice<Value extends string> {
  value: Value
  title: string
}

/** Asks a person. Every method fails with a usage error where nobody is there to answer, and never waits. */
export interface Prompter {
  /** `instead` is the flag that answers it beforehand. Enter alone means no. */
  confirm(question: string, instead: string): Promise<boolean>
  choose<Value extends string>(question: string, choices: readonly Choice<Value>[], instead: string): Promise<Value>
}

export function createPrompter(io: Io): Prompter {
  const ask = async (question: PromptObject<'answer'>, instead: string): Promise<unknown> => {
    if (!io.isInteractive) throw nobodyThere(String(question.message), instead)
    const streams = { stdin: io.stdin, stdout: io.stderr.stream } as Partial<PromptObject<'answer'>>
    const { default: prompts } = await import('prompts')
    const { answer } = await prompts(
      { ...question, ...streams },
      {
        // Ctrl-C and Esc would otherwise answer undefined.
        onCancel: () => {
          throw interrupted()
        },
      },
    )
    return answer
  }
  return {
    confirm: async (question, instead) =>
      (await ask({ type: 'confirm', name: 'answer', message: clean(question), initial: false }, instead)) === true,
    choose: async <Value extends string>(question: string, choices: readonly Choice<Value>[], instead: string) =>
      (await ask(
        { type: 'select', name: 'answer', message: clean(question), choices: [...choices], initial: 0 },
        instead,
      )) as Value,
  }
}

function nobodyThere(question: string, instead: string) {
  return usageError(`nobody is there to answer: ${question}`, `pass ${instead}`)
}
