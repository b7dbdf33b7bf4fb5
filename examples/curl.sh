#!/bin/sh
# Nurie with curl: examples/curl.sh DRAWING.png [SERVER]
# Colors the drawing twice: at once without a room, and in a room that is told, to go on by hand.
set -eu
drawing=$1
server=${2:-http://localhost:8080}
stem=${drawing%.*}

# The text of one field of a JSON answer; with jq it would be `jq -r .token`.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# 1. Without a room. More fields: hints, palette, stage, format, clean (see /api/openapi.json).
curl --fail-with-body -sS -F sketch=@"$drawing" -F stage=refined "$server/api/color" -o "$stem.colored.png"
echo "$stem.colored.png"

# 2. A room. Its keys are links: whoever has "edit" can paint.
made=$(curl --fail-with-body -sS -H 'content-type: image/png' --data-binary @"$drawing" "$server/api/rooms")
room=$(printf %s "$made" | field room)
key=$(printf %s "$made" | field edit)
echo "$server/r/$room#$key"

# 3. A session: its token opens everything else for an hour.
token=$(curl --fail-with-body -sS -H 'content-type: application/json' \
  -d "{\"key\":\"$key\",\"name\":\"curl\"}" "$server/api/rooms/$room/sessions" | field token)

# 4. The picture as a file, once it is refined.
curl --fail-with-body -sS -H "authorization: Bearer $token" "$server/api/rooms/$room/export?format=png" -o "$stem.room.png"
echo "$stem.room.png"
