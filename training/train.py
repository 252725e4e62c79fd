"""The loop: batches drawn by step number, losses, checkpoints, log.

Everything random in a step comes from (seed, step), so a run that was stopped and goes on from a checkpoint sees the same batches as one
that was not. Losses:

    targets      5·(1 - cos) to the teacher's vector of the English side
                 + InfoNCE against BANK other English vectors (they do not move, so they cost one product)
                 + 0.5 · InfoNCE English -> Thai in the batch
    retrieval    InfoNCE question -> passage among the batch (titles beside those that are most alike) and the passages of earlier
                 batches (a queue: He et al., arXiv 1911.05722), + 0.5 · passage -> question in the batch

InfoNCE: van den Oord et al., arXiv 1807.03748.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from kb.embedding.torch_encoder import Encoder
from training.batches import Batch, Batches, Retrieval, Targets

SCALE = 20.0  # 1 / temperature
ALIGN, BACK = 5.0, 0.5
NEAR = 0.92  # cosine of English vectors above which two say the same: never each other's negatives
QUEUE = 2048  # passages


@dataclass(frozen=True, slots=True)
class Plan:
    steps: int
    rows_rate: float = 1.5e-3
    body_rate: float = 6e-4
    warm_up: float = 0.02  # of the steps
    last_rate: float = 0.03  # of the rate, at the end
    checkpoint_every: int = 200
    measure_every: int = 1200
    seed: int = 1


@dataclass
class State:
    model: Encoder
    rows: torch.optim.Optimizer
    body: torch.optim.Optimizer
    queue: Tensor  # (at most QUEUE, dim), newest last
    queue_groups: Tensor  # (len(queue),)
    step: int = 0

    def save(self, path: Path) -> None:
        value = {"model": trained(self.model), "rows": self.rows.state_dict(), "body": self.body.state_dict()}
        value |= {"queue": self.queue, "groups": self.queue_groups, "step": self.step}
        partial = path.with_suffix(".part")
        torch.save(value, partial)
        partial.rename(path)

    def restore(self, path: Path) -> None:
        value = torch.load(path, map_location=self.queue.device, weights_only=True)
        self.model.load_state_dict(value["model"], strict=False)
        self.rows.load_state_dict(value["rows"])
        self.body.load_state_dict(value["body"])
        self.queue, self.queue_groups, self.step = value["queue"], value["groups"], value["step"]


def trained(model: Encoder) -> dict[str, Tensor]:
    """The parameters that training changes."""
    return {name: parameter.detach() for name, parameter in model.named_parameters() if parameter.requires_grad}


def begin(model: Encoder, plan: Plan, device: str) -> State:
    assert model.thai is not None
    low_rank = [parameter for name, parameter in model.named_parameters() if parameter.requires_grad and not name.startswith("thai.")]
    rows = torch.optim.SparseAdam(list(model.thai.parameters()), lr=plan.rows_rate, betas=(0.9, 0.99))
    body = torch.optim.AdamW(low_rank, lr=plan.body_rate, betas=(0.9, 0.99), weight_decay=0.01)
    queue = torch.zeros(0, model.dim, device=device)
    return State(model, rows, body, queue, torch.zeros(0, dtype=torch.int64, device=device))


def run(
    state: State, batches: Batches, plan: Plan, folder: Path, device: str, measure: Callable[[Encoder], dict[str, float]] | None = None
) -> None:
    """Train to the end of the plan, from the checkpoint in `folder` if there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "checkpoint.pt"
    if path.exists():
        state.restore(path)
    log = _Log(folder / "log.jsonl", plan)
    if measure and state.step == 0:
        log.write({"step": 0, **measure(state.model)})
    while state.step < plan.steps:
        batch = batches.at(state.step)
        loss = step(state, batch, plan, device)
        state.step += 1
        log.add(state.step, batch, loss)
        last = state.step == plan.steps
        if measure and (state.step % plan.measure_every == 0 or last):
            log.write({"step": state.step, **measure(state.model)})
        if state.step % plan.checkpoint_every == 0 or last:
            state.save(path)


def step(state: State, batch: Batch, plan: Plan, device: str) -> float:
    """One update; the loss before it. Raises FloatingPointError when the loss is no number."""
    rate = schedule(state.step, plan)
    for optimiser, top in ((state.rows, plan.rows_rate), (state.body, plan.body_rate)):
        optimiser.param_groups[0]["lr"] = top * rate
        optimiser.zero_grad(set_to_none=True)
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        loss = targets_loss(state, batch, device) if isinstance(batch, Targets) else _retrieval_loss(state, batch, device)
    if not torch.isfinite(loss):
        raise FloatingPointError(f"step {state.step}: the loss is {loss.item()}; begin again from the checkpoint with smaller rates")
    loss.backward()
    torch.nn.utils.clip_grad_norm_(state.body.param_groups[0]["params"], 1.0)
    state.rows.step()
    state.body.step()
    return float(loss.item())


def schedule(step: int, plan: Plan) -> float:
    """Share of the rate: up over the first steps, then down in a line."""
    warm = max(1, int(plan.warm_up * plan.steps))
    if step < warm:
        return (step + 1) / warm
    return 1 - (1 - plan.last_rate) * (step - warm) / max(1, plan.steps - warm)


def targets_loss(state: State, batch: Targets, device: str) -> Tensor:
    thai = _embed(state.model, batch.ids, device)
    english, bank = (torch.from_numpy(each).to(device).float() for each in (batch.english, batch.bank))
    right = (thai * english).sum(1)
    others = SCALE * (thai @ bank.T)
    others = others.masked_fill(english @ bank.T > NEAR, -1e4)
    forth = torch.logsumexp(torch.cat([SCALE * right[:, None], others], dim=1), dim=1) - SCALE * right
    back = SCALE * (english @ thai.T)
    same = (english @ english.T > NEAR) & ~torch.eye(len(thai), dtype=torch.bool, device=device)
    labels = torch.arange(len(thai), device=device)
    return ALIGN * (1 - right).mean() + forth.mean() + BACK * functional.cross_entropy(back.masked_fill(same, -1e4), labels)


def _retrieval_loss(state: State, batch: Retrieval, device: str) -> Tensor:
    questions, passages = (_embed(state.model, ids, device) for ids in (batch.questions, batch.passages))
    groups = torch.from_numpy(batch.groups).to(device)
    labels = torch.arange(len(groups), device=device)
    same = (groups[:, None] == groups) & ~torch.eye(len(groups), dtype=torch.bool, device=device)
    near = (SCALE * (questions @ passages.T)).masked_fill(same, -1e4)
    far = (SCALE * (questions @ state.queue.T.to(questions.dtype))).masked_fill(groups[:, None] == state.queue_groups, -1e4)
    loss = functional.cross_entropy(torch.cat([near, far], dim=1), labels) + BACK * functional.cross_entropy(near.T, labels)
    state.queue = torch.cat([state.queue, passages.detach().float()])[-QUEUE:]
    state.queue_groups = torch.cat([state.queue_groups, groups])[-QUEUE:]
    return loss


def _embed(model: Encoder, ids: NDArray[np.int64], device: str) -> Tensor:
    """ids (batch, length), 0 where a shorter text has ended."""
    tokens = torch.from_numpy(ids).to(device)
    out: Tensor = model(tokens, (tokens != 0).long())
    return out


class _Log:
    """One JSON line every 50 steps: losses by kind of batch, tokens a second, minutes since this run began and yet to go."""

    EVERY = 50

    def __init__(self, path: Path, plan: Plan) -> None:
        self._path, self._plan = path, plan
        self._began = self._last = time.monotonic()
        self._first: int | None = None
        self._losses: dict[str, list[float]] = {}
        self._tokens = 0
        self.write({"plan": asdict(plan)})

    def add(self, step: int, batch: Batch, loss: float) -> None:
        self._first = step - 1 if self._first is None else self._first
        self._losses.setdefault(batch.kind, []).append(loss)
        self._tokens += batch.tokens
        if step % self.EVERY == 0 or step == self._plan.steps:
            now = time.monotonic()
            each = (now - self._began) / (step - self._first)
            self.write(
                {"step": step, "of": self._plan.steps}
                | {f"loss {kind}": round(float(np.mean(values)), 4) for kind, values in self._losses.items()}
                | {"tokens/s": round(self._tokens / (now - self._last)), "minutes": round((now - self._began) / 60, 1)}
                | {"to go": round(each * (self._plan.steps - step) / 60, 1)}
            )
            self._losses, self._tokens, self._last = {}, 0, now

    def write(self, value: dict[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False)
        print(line, flush=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
