# Makes an OFFERS record of many agents out of one that was recorded:
#
#	awk -v agents=10000 -f record.awk RESPONSE
#
# The response is that of a subscription (tests/captures). Of its first offers
# an unreserved and a reserved one are repeated, every tenth the reserved one,
# with ids, names, addresses, racks and ports of each agent's own. The ports
# are in one to three ranges, as where tasks have some out of their middle.

# What is each agent's own, between marks.
function mark(text) {
	gsub(/-O[0-9]+"/, "-O\001i\001\"", text)
	gsub(/-S[0-9]+"/, "-S\001i\001\"", text)
	gsub(/agent[0-9]+[.]example/, "agent\001i\001.example", text)
	sub(/"ip":"[0-9.]+"/, "\"ip\":\"\001ip\001\"", text)
	sub(/[{]"begin":[0-9]+,"end":[0-9]+[}]/, "\001ports\001", text)
	sub(/"value":"r[0-9]+"/, "\"value\":\"r\001rack\001\"", text)
	return text
}

function ports(i,	n, text, at) {
	at = 31000
	for (n = i % 3; n > 0; n--) {
		text = text "{\"begin\":" at ",\"end\":" at + 40 + i % 100 "},"
		at += 200 + i % 50
	}
	return text "{\"begin\":" at ",\"end\":31999}"
}

function print_offer(marked, i,		part, own, n, k) {
	own["i"] = i
	own["ip"] = "10.0." int(i / 250) "." i % 250 + 1
	own["ports"] = ports(i)
	own["rack"] = i % 40
	n = split(marked, part, "\001")
	for (k = 1; k <= n; k++)
		printf "%s", k % 2 == 1 ? part[k] : own[part[k]]
}

/^[{]"type":"OFFERS"/ && !done {
	sub(/\r$/, "")
	sub(/^[{]"type":"OFFERS","offers":[{]"offers":\[/, "")
	sub(/\]}}$/, "")
	gsub(/},[{]"id":/, "}\002{\"id\":")
	n = split($0, found, "\002")
	for (k = 1; k <= n; k++) {
		if (found[k] ~ /"reservations"/)
			reserved = mark(found[k])
		else
			plain = mark(found[k])
	}
	printf "{\"type\":\"OFFERS\",\"offers\":{\"offers\":["
	for (i = 0; i < agents; i++) {
		if (i > 0)
			printf ","
		print_offer(i % 10 == 9 ? reserved : plain, i)
	}
	printf "]}}"
	done = 1
}

END { exit !done }
