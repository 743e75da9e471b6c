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
