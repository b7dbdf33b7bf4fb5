/** How Chromium is started for tests, benches and screenshots: the one CHROMIUM_PATH names, quiet, without a GPU. */
const path = process.env['CHROMIUM_PATH']

export const launchOptions = {
  ...(path && { executablePath: path }),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
