# One image for the server and the worker. deploy/README.md says how to run it.
#   docker build -t nurie:0.1.0 .
ARG NODE=node:22.23.3-bookworm-slim

FROM ${NODE} AS page
WORKDIR /nurie
# ONNX Runtime's install script would fetch GPU libraries; what the CPU needs is in the package.
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node node_modules/vite/bin/vite.js build client --logLevel warn

FROM ${NODE} AS packages
WORKDIR /nurie
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json ./
# The other systems' libraries are 200 MB.
RUN npm ci --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/onnxruntime-node/bin/napi-v*/darwin node_modules/onnxruntime-node/bin/napi-v*/win32

FROM ${NODE}
WORKDIR /nurie
# HOME: ONNX Runtime looks for a folder of its own there, and complains when it cannot be written.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 NURIE_DATA=/data HOME=/tmp
COPY --from=packages /nurie/node_modules node_modules
COPY --from=page /nurie/dist dist
COPY package.json tsconfig.json LICENSE ./
COPY shared shared
COPY files files
COPY models models
COPY server server
# A new volume takes the owner of the folder it is mounted on. Nothing but /data and /tmp is ever written.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--import", "tsx"]
# A worker: server/coloring/queue/workerMain.ts
CMD ["server/main.ts"]
