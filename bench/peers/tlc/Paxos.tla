-------------------------------- MODULE Paxos --------------------------------
(* Single-decree Paxos (L. Lamport, Paxos Made Simple, 2001) among three servers, under clients that each put a value and then get:
   the states of src/model-checking/models/paxos.ts and of Stateright's examples/paxos.rs, one for one. A client stands for its value. No message is
   ever on its way twice, so the network is a set. What does nothing is no step. *)
EXTENDS Integers, FiniteSets
CONSTANTS ClientCount, None

VARIABLES servers, clients, history, network
vars == <<servers, clients, history, network>>

Servers == 0..2
Clients == 3..(2 + ClientCount)
Majority == 2

Below(a, b) == a[1] < b[1] \/ (a[1] = b[1] /\ a[2] < b[2])
ToPeers(self, message) == {[message EXCEPT !.to = peer] : peer \in Servers \ {self}}

Init ==
  /\ servers = [self \in Servers |->
       [ballot |-> <<0, 0>>, proposal |-> None, promises |-> [peer \in Servers |-> None], accepts |-> {},
        accepted |-> None, isDecided |-> FALSE]]
  /\ clients = [self \in Clients |-> "putting"]
  (* How many operations have returned; of the get: how many of each client had when it was invoked, and what it returned. *)
  /\ history = [self \in Clients |-> [returned |-> 0, after |-> None, result |-> None]]
  /\ network = {[from |-> self, to |-> self % 3, kind |-> "put"] : self \in Clients}

Becomes(m, state, sends) ==
  /\ servers' = [servers EXCEPT ![m.to] = state]
  /\ network' = (network \ {m}) \union sends
  /\ UNCHANGED <<clients, history>>

Put(m, state) ==
  LET self == m.to
      ballot == <<state.ballot[1] + 1, self>>
  IN  /\ m.kind = "put" /\ ~state.isDecided /\ state.proposal = None
      /\ Becomes(m,
           [state EXCEPT !.ballot = ballot, !.proposal = m.from, !.accepts = {},
              !.promises = [peer \in Servers |-> IF peer = self THEN <<state.accepted>> ELSE None]],
           ToPeers(self, [from |-> self, to |-> self, kind |-> "prepare", ballot |-> ballot]))

Prepare(m, state) ==
  /\ m.kind = "prepare" /\ ~state.isDecided /\ Below(state.ballot, m.ballot)
  /\ Becomes(m, [state EXCEPT !.ballot = m.ballot],
       {[from |-> m.to, to |-> m.from, kind |-> "prepared", ballot |-> m.ballot, accepted |-> state.accepted]})

(* What the highest ballot among the promises has accepted, else the server's own proposal. *)
Chosen(promises, own) ==
  LET accepted == {promises[peer][1] : peer \in {each \in Servers : promises[each] # None}} \ {None}
  IN  IF accepted = {} THEN own
      ELSE (CHOOSE highest \in accepted : \A each \in accepted : ~Below(highest.ballot, each.ballot)).proposal

Prepared(m, state) ==
  LET self == m.to
      promises == [state.promises EXCEPT ![m.from] = <<m.accepted>>]
      proposal == Chosen(promises, state.proposal)
  IN  /\ m.kind = "prepared" /\ ~state.isDecided /\ m.ballot = state.ballot
      /\ IF Cardinality({peer \in Servers : promises[peer] # None}) = Majority
         THEN Becomes(m,
                [state EXCEPT !.proposal = proposal, !.promises = promises, !.accepts = @ \union {self},
                   !.accepted = [ballot |-> m.ballot, proposal |-> proposal]],
                ToPeers(self, [from |-> self, to |-> self, kind |-> "accept", ballot |-> m.ballot, proposal |-> proposal]))
         ELSE Becomes(m, [state EXCEPT !.promises = promises], {})

Accept(m, state) ==
  /\ m.kind = "accept" /\ ~state.isDecided /\ ~Below(m.ballot, state.ballot)
  /\ Becomes(m, [state EXCEPT !.ballot = m.ballot, !.accepted = [ballot |-> m.ballot, proposal |-> m.proposal]],
       {[from |-> m.to, to |-> m.from, kind |-> "accepted", ballot |-> m.ballot]})

Accepted(m, state) ==
  LET self == m.to
      accepts == state.accepts \union {m.from}
      decided == [from |-> self, to |-> self, kind |-> "decided", ballot |-> m.ballot, proposal |-> state.proposal]
  IN  /\ m.kind = "accepted" /\ ~state.isDecided /\ m.ballot = state.ballot
      /\ IF Cardinality(accepts) = Majority
         THEN Becomes(m, [state EXCEPT !.accepts = accepts, !.isDecided = TRUE],
                ToPeers(self, decided) \union {[from |-> self, to |-> state.proposal, kind |-> "put_ok"]})
         ELSE Becomes(m, [state EXCEPT !.accepts = accepts], {})

Decided(m, state) ==
  /\ m.kind = "decided" /\ ~state.isDecided
  /\ Becomes(m,
       [state EXCEPT !.ballot = m.ballot, !.accepted = [ballot |-> m.ballot, proposal |-> m.proposal], !.isDecided = TRUE], {})

Get(m, state) ==
  /\ m.kind = "get" /\ state.isDecided
  /\ Becomes(m, state, {[from |-> m.to, to |-> m.from, kind |-> "get_ok", value |-> state.accepted.proposal]})

PutOk(m) ==
  LET after == [each \in Clients |-> IF each = m.to THEN 1 ELSE history[each].returned]
  IN  /\ m.kind = "put_ok" /\ clients[m.to] = "putting"
      /\ clients' = [clients EXCEPT ![m.to] = "getting"]
      /\ history' = [history EXCEPT ![m.to] = [returned |-> 1, after |-> after, result |-> None]]
      /\ network' = (network \ {m}) \union {[from |-> m.to, to |-> (m.to + 1) % 3, kind |-> "get"]}
      /\ UNCHANGED servers

GetOk(m) ==
  /\ m.kind = "get_ok" /\ clients[m.to] = "getting"
  /\ clients' = [clients EXCEPT ![m.to] = "done"]
  /\ history' = [history EXCEPT ![m.to].returned = 2, ![m.to].result = m.value]
  /\ network' = network \ {m}
  /\ UNCHANGED servers

Receives(m) ==
  IF m.to \in Servers
  THEN LET state == servers[m.to]
       IN  \/ Put(m, state) \/ Prepare(m, state) \/ Prepared(m, state) \/ Accept(m, state)
           \/ Accepted(m, state) \/ Decided(m, state) \/ Get(m, state)
  ELSE PutOk(m) \/ GetOk(m)

Next == \E m \in network : Receives(m)

Spec == Init /\ [][Next]_vars

Agreement ==
  \A a, b \in Servers :
    servers[a].isDecided /\ servers[b].isDecided => servers[a].accepted.proposal = servers[b].accepted.proposal
=============================================================================
