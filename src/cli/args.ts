/** What was typed, after the checks of each flag. */
export interface Args {
  /** True when a switch was given. */
  is(flag: string): boolean
  /** A flag's value, undefined when it was not given. Never empty. */
  text(flag: string): string | undefined
  /** All values of a repeatable flag, comma lists taken apart. */
  list(flag: string): string[]
  /** The words after the command's name, checked. */
  readonly words: readonly string[]
}

export function createArgs(values: ReadonlyMap<string, true | readonly string[]>, words: readonly string[] = []): Args {
  const listOf = (flag: string): readonly string[] => {
    const value = values.get(flag)
    return value === undefined || value === true ? [] : value
  }
  return {
    is: (flag) => values.get(flag) === true,
    text: (flag) => listOf(flag)[0],
    list: (flag) => [...listOf(flag)],
    words,
  }
}
