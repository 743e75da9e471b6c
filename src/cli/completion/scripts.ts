import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import type { Shell } from './install.ts'
import type { Completed } from './model.ts'
import { zshScript } from './zsh.ts'

/** The completion script of each shell. Pure. */
export const SCRIPTS: Readonly<Record<Shell, (model: Completed) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}
