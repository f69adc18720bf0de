// Sends one mail from inside LibreChat's api container, with the nodemailer and the settings that are in it.
// `task` ({mark, to, code, seconds}) and container_script.js are put before this text, and it goes in by standard input.
const env = process.env
const isEnabled = text => typeof text === 'string' && text.toLowerCase().trim() === 'true'

// What a server says back must not carry the password out of the container, in no form that is sent.
const hidden = text => {
    let shown = String(text ?? '')
    const password = env.EMAIL_PASSWORD
    if (!password) return shown
    const forms = [`\0${env.EMAIL_USERNAME}\0${password}`, password].map(form => Buffer.from(form).toString('base64'))
    for (const form of [...forms, password]) shown = shown.split(form).join('[secret]')
    return shown
}

// api/server/utils/sendEmail.js (v0.8.7)
const options = {
    secure: env.EMAIL_ENCRYPTION === 'tls',
    requireTls: env.EMAIL_ENCRYPTION === 'starttls',
    tls: {rejectUnauthorized: !isEnabled(env.EMAIL_ALLOW_SELFSIGNED)},
}
if (env.EMAIL_USERNAME && env.EMAIL_PASSWORD) options.auth = {user: env.EMAIL_USERNAME, pass: env.EMAIL_PASSWORD}
if (env.EMAIL_ENCRYPTION_HOSTNAME) options.tls.servername = env.EMAIL_ENCRYPTION_HOSTNAME
if (env.EMAIL_SERVICE) {
    options.service = env.EMAIL_SERVICE
} else {
    options.host = env.EMAIL_HOST
    options.port = env.EMAIL_PORT ?? 25
}
const settings = {
    service: env.EMAIL_SERVICE ?? '',
    host: env.EMAIL_HOST ?? '',
    port: env.EMAIL_PORT ?? '',
    encryption: env.EMAIL_ENCRYPTION ?? '',
    from: env.EMAIL_FROM ?? '',
    user: env.EMAIL_USERNAME ?? '',
}
const failed = error =>
    say({ok: false, settings, code: hidden(error?.code ?? error?.name), message: hidden(error?.message).slice(0, 2000)})
// nodemailer 9 throws where nobody can catch it when a server offers OAuth 2 alone; LibreChat's process would end.
process.on('uncaughtException', failed)
setTimeout(() => failed({code: 'NEVER', message: 'no end'}), task.seconds * 1000)

const nodemailer = found('nodemailer')
if (!nodemailer) {
    say({ok: false, settings, code: 'NONODEMAILER', message: ''})
} else if (env.MAILGUN_API_KEY && env.MAILGUN_DOMAIN) {
    say({ok: false, settings, code: 'MAILGUN', message: ''})
} else {
    nodemailer
        .createTransport(options)
        .sendMail({
            from: `"${env.EMAIL_FROM_NAME || env.APP_TITLE}" <${env.EMAIL_FROM}>`,
            to: task.to,
            envelope: {from: env.EMAIL_FROM, to: task.to},
            subject: `LibreChat test mail ${task.code}`,
            text: `LibreChat's container can send mail. The code of this test is ${task.code}.\n`,
        })
        .then(sent => say({ok: true, settings, message: hidden(sent.response).slice(0, 2000)}), failed)
}
