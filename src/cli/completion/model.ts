import { COMMON_FLAGS, type Flag } from '../args/flag.ts'
import type { Command } from '../command.ts'

/**
 * What can stand behind a flag: nothing, any text, a file, a profile of the shared config files, or one of these words, of
 * which one that ends in a colon is only begun: `file:` goes on with a path.
 */
type Offer = 'switch' | 'text' | 'file' | 'profile' | readonly string[]

export type CompletedFlag = ReturnType<typeof completedFlag>
export type Completed = ReturnType<typeof completed>

/** Everything that a shell can complete, of the words that the commands' own tables hold: what help lists is what completion offers. Pure. */
export function completed(commands: readonly Command[]) {
  const described = commands.map(({ name, summary, flags, argument }) => ({
    name,
    summary,
    flags: flags.map(completedFlag),
    words: argument?.values ?? [],
  }))
  const names = described.map(({ name }) => name)
  const help = { name: 'help', summary: 'show the help of a command', flags: [], words: names }
  return { common: COMMON_FLAGS.map(completedFlag), commands: [...described, help] }
}

/** The names of all flags that a value follows, with their dashes: the word after them is no command. */
export function valueFlags({ common, commands }: Completed): string[] {
  const all = [...common, ...commands.flatMap(({ flags }) => flags)]
  return [...new Set(all.filter(({ offer }) => offer !== 'switch').map(({ name }) => `--${name}`))]
}

function completedFlag({ name, alias, describe, value, values, list = false }: Flag) {
  const ofText = value === 'FILE' || value === 'DIR' ? 'file' : name === 'profile' ? 'profile' : 'text'
  const offer: Offer = value === undefined ? 'switch' : (values ?? ofText)
  return { name, alias, describe, value, offer, list: list && values !== undefined }
}

/** Called in the scripts; prints a name a line. */
export const PROFILE_NAMES = '_bedrock_monitor_profiles'

/** Names of other characters would have to be quoted on a command line, and are left out. */
const PROFILE_NAME = '[A-Za-z0-9_.@+-]*'

/** The profiles of the shared config files in any shell, read by sed alone: the AWS CLI takes half a second to name them. */
export const PROFILES = `{
    sed -n 's/^\\[profile  *\\(${PROFILE_NAME}\\)\\].*/\\1/p; s/^\\[default\\].*/default/p' \\
      "\${AWS_CONFIG_FILE:-$HOME/.aws/config}"
    sed -n 's/^\\[\\(${PROFILE_NAME}\\)\\].*/\\1/p' "\${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"
  } 2>/dev/null | sort -u`

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** What to type once to have completion in every new shell. */
export const INSTALL: Readonly<Record<Shell, readonly string[]>> = {
  bash: [
    'bedrock-monitor completion bash > ~/.bedrock-monitor.bash',
    "echo 'source ~/.bedrock-monitor.bash' >> ~/.bashrc",
  ],
  zsh: [
    'bedrock-monitor completion zsh > ~/.bedrock-monitor.zsh',
    "echo 'source ~/.bedrock-monitor.zsh' >> ~/.zshrc  # below compinit",
  ],
  fish: ['bedrock-monitor completion fish \\', '  > ~/.config/fish/completions/bedrock-monitor.fish'],
}

/** The comment that a script begins with: what it is, and how it is installed and kept up to date. */
export function headComment(shell: Shell): string {
  const lines = [
    `Completion of bedrock-monitor for ${shell}. It knows the commands and flags of the version that`,
    'printed it, and starts no program to complete. To install it, and again after an update:',
    '',
    ...INSTALL[shell].map((line) => `  ${line}`),
  ]
  return lines.map((line) => `# ${line}`.trimEnd()).join('\n')
}
